using System.Collections.Frozen;
using System.Text.RegularExpressions;

namespace KinescopePS.Manifest;

/// <summary>Tags of languages, as <c>ru</c> and <c>pt-BR</c> are.</summary>
/// <remarks>
/// Source: ISO 639-1 and 639-2. .NET's own list is that of the machine's ICU, and empty without one. Not taken are those that are no
/// language (<c>und</c>, <c>mul</c>), and <c>new</c> (Newari), which in the name of a file is the word.
/// </remarks>
internal static partial class LanguageTags
{
    /// <summary>The codes of two letters, each before a code of three for the same language.</summary>
    private const string Short =
          "aa:aar ab:abk ae:ave af:afr ak:aka am:amh an:arg ar:ara as:asm av:ava ay:aym az:aze ba:bak be:bel bg:bul bh:bih bi:bis "
        + "bm:bam bn:ben bo:bod bo:tib br:bre bs:bos ca:cat ce:che ch:cha co:cos cr:cre cs:ces cs:cze cu:chu cv:chv cy:cym cy:wel "
        + "da:dan de:deu de:ger dv:div dz:dzo ee:ewe el:ell el:gre en:eng eo:epo es:spa et:est eu:baq eu:eus fa:fas fa:per ff:ful "
        + "fi:fin fj:fij fo:fao fr:fra fr:fre fy:fry ga:gle gd:gla gl:glg gn:grn gu:guj gv:glv ha:hau he:heb hi:hin ho:hmo hr:hrv "
        + "ht:hat hu:hun hy:arm hy:hye hz:her ia:ina id:ind ie:ile ig:ibo ii:iii ik:ipk io:ido is:ice is:isl it:ita iu:iku ja:jpn "
        + "jv:jav ka:geo ka:kat kg:kon ki:kik kj:kua kk:kaz kl:kal km:khm kn:kan ko:kor kr:kau ks:kas ku:kur kv:kom kw:cor ky:kir "
        + "la:lat lb:ltz lg:lug li:lim ln:lin lo:lao lt:lit lu:lub lv:lav mg:mlg mh:mah mi:mao mi:mri mk:mac mk:mkd ml:mal mn:mon "
        + "mr:mar ms:may ms:msa mt:mlt my:bur my:mya na:nau nb:nob nd:nde ne:nep ng:ndo nl:dut nl:nld nn:nno no:nor nr:nbl nv:nav "
        + "ny:nya oc:oci oj:oji om:orm or:ori os:oss pa:pan pi:pli pl:pol ps:pus pt:por qu:que rm:roh rn:run ro:ron ro:rum ru:rus "
        + "rw:kin sa:san sc:srd sd:snd se:sme sg:sag si:sin sk:slk sk:slo sl:slv sm:smo sn:sna so:som sq:alb sq:sqi sr:srp ss:ssw "
        + "st:sot su:sun sv:swe sw:swa ta:tam te:tel tg:tgk th:tha ti:tir tk:tuk tl:tgl tn:tsn to:ton tr:tur ts:tso tt:tat tw:twi "
        + "ty:tah ug:uig uk:ukr ur:urd uz:uzb ve:ven vi:vie vo:vol wa:wln wo:wol xh:xho yi:yid yo:yor za:zha zh:chi zh:zho zu:zul";

    /// <summary>The codes of languages that have only three letters.</summary>
    private const string Long =
          "ace ach ada ady afa afh ain akk ale alg alt ang anp apa arc arn arp art arw ast ath aus awa bad bai bal ban bas bat "
        + "bej bem ber bho bik bin bla bnt bra btk bua bug byn cad cai car cau ceb cel chb chg chk chm chn cho chp chr chy cmc "
        + "cnr cop cpe cpf cpp crh crp csb cus dak dar day del den dgr din doi dra dsb dua dum dyu efi egy eka elx enm ewo fan "
        + "fat fil fiu fon frm fro frr frs fur gaa gay gba gem gez gil gmh goh gon gor got grb grc gsw gwi hai haw hil him hit "
        + "hmn hsb hup iba ijo ilo inc ine inh ira iro jbo jpr jrb kaa kab kac kam kar kaw kbd kha khi kho kmb kok kos kpe krc "
        + "krl kro kru kum kut lad lah lam lez lol loz lua lui lun luo lus mad mag mai mak man map mas mdf mdr men mga mic min "
        + "mkh mnc mni mno moh mos mun mus mwl mwr myn myv nah nai nap nds nia nic niu nog non nqo nso nub nwc nym nyn nyo nzi "
        + "osa ota oto paa pag pal pam pap pau peo phi phn pon pra pro raj rap rar roa rom rup sad sah sai sal sam sas sat scn "
        + "sco sel sem sga sgn shn sid sio sit sla sma smi smj smn sms snk sog son srn srr ssa suk sus sux syc syr tai tem ter "
        + "tet tig tiv tkl tlh tli tmh tog tpi tsi tum tup tut tvl tyv udm uga umb vai vot wak wal war was wen xal yao yap ypk "
        + "zap zbl zen zgh znd zun zza";

    private static readonly FrozenDictionary<string, string> Codes = Read();

    /// <summary>A language's tag as one is always written: <c>rus</c> is <c>ru</c>, <c>pt_br</c> is <c>pt-BR</c>.</summary>
    /// <returns>Null for a text that is none.</returns>
    public static string? Of(string text)
    {
        if (!Tag().IsMatch(text))
            return null;
        var parts = text.Split('-', '_');
        return Codes.GetValueOrDefault(parts[0]) is not { } language ? null
            : string.Join('-', parts.Skip(1).Select(part => part.Length == 2 ? part.ToUpperInvariant() : part).Prepend(language));
    }

    private static FrozenDictionary<string, string> Read()
    {
        var codes = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var pair in Short.Split(' '))
            codes[pair[..2]] = codes[pair[3..]] = pair[..2];
        foreach (var code in Long.Split(' '))
            codes[code] = code;
        return codes.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);
    }

    [GeneratedRegex("^[A-Za-z]{2,3}(?:[-_](?:Latn|Cyrl|Hans|Hant|Arab))?(?:[-_](?:[A-Za-z]{2}|[0-9]{3}))?$", RegexOptions.IgnoreCase)]
    private static partial Regex Tag();
}
