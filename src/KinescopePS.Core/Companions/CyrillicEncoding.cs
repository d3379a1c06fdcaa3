using System.Text;

namespace KinescopePS.Companions;

/// <summary>
/// Tells in which of the Russian encodings a text is that is not UTF-8: by how often its letters follow each other in Russian, and by
/// capitals in the middle of words. Of a text that may be in two of them, or is in another language, it tells none.
/// </summary>
internal static class CyrillicEncoding
{
    /// <summary>The letters that are counted; a blank is the edge of a word.</summary>
    private const string Letters =
        " \u0430\u0431\u0432\u0433\u0434\u0435\u0436\u0437\u0438\u0439\u043A\u043B\u043C\u043D\u043E\u043F\u0440"
        + "\u0441\u0442\u0443\u0444\u0445\u0446\u0447\u0448\u0449\u044A\u044B\u044C\u044D\u044E\u044F";

    /// <summary>Letters that are counted as others: of Russian, Ukrainian and Belarusian.</summary>
    private const string Rare = "\u0451\u0456\u0457\u0454\u0491\u045E", AsCommon = "\u0435\u0438\u0439\u0435\u0433\u0443";

    /// <summary>Dashes, quotation marks and such.</summary>
    private const string Typography =
        "\u00AB\u00BB\u2014\u2013\u2026\u201C\u201D\u201E\u2019\u2018\u2116\u00A0\u2022\u00B0\u00A9\u2122\u00AD";

    /// <summary>Costs of what stands in a text. A letter after another costs the negative logarithm of how often it follows it.</summary>
    private const int TypographyCost = 6, StrangeCost = 12, CapitalInWordCost = 5, BesideLatinCost = 4;

    /// <summary>
    /// A letter of Russian costs 3 on the average, and of a single word seldom 5; in another encoding, as of another language, 5 to 12.
    /// </summary>
    private const double MostCost = 4, MostCostOnce = 6;

    /// <summary>The next encoding has to cost so much more.</summary>
    private const int LeastLead = 8;

    /// <summary>The greatest share of letters that touch a Latin one, as each does in French.</summary>
    private const double MostMixed = 0.2;

    /// <summary>And of capitals in the middle of words, as an encoding for the Mac has, where it is read as another.</summary>
    private const double MostCapitals = 0.01;

    /// <summary>
    /// A row for each letter: the cost of each that follows it, 0 to 9. Unit: 1/1.2 of a natural logarithm. Counted over the words of this
    /// project's Russian pages and of the Russian texts of .NET.
    /// </summary>
    private const string Costs =
        "955364674394643324344576579999596295355453754342944439855475999955539996389494393293583956994339995"
        + "329797397395354364554969977937996448985499398474192993999999999999529594299395483254584979879959996"
        + "266553665754332563437878667999988736993199295982989894999999988999416393589495543395993999899948996"
        + "255465374444434654339555477999953099895799996395999339999779999999329699486399397294434995989999699"
        + "437989259295694399695999799962943237699299399866249894999999939995429975398296993299545678799927985"
        + "393343454644334643349877568999997539999399496595171763998999968997429569249395955279553679958948996"
        + "545587499493465335415968669945993339498399395675273394699799953997265754344753445933339779494999937"
        + "629999299199499294974699999979999179499699599996293697999999999599549799299199999579995999999959999"
        + "629999199294492799946999979996999519999299196494798996999999999999929999199199997999994999999995999"
        + "777777177777777777777777777777771296385394926439945749939569999999199999893994982999349997959999958"
        + "888888888882277888818588838888888195996998999998999829999291999959199396384989745995849956996999947";

    private static readonly (string Name, int CodePage)[] Known = [("Windows-1251", 1251), ("DOS 866", 866), ("KOI8-R", 20866)];

    /// <summary>The text, and the name of its encoding.</summary>
    /// <returns>Null where it cannot be told.</returns>
    public static (string Text, string Name)? Decode(byte[] bytes)
    {
        var read = Known.Select(known => Read(bytes, known.Name, known.CodePage)).OrderBy(one => one.Cost).ToList();
        var (best, next) = (read[0], read[1]);
        // Dashes and quotation marks alone stand where Windows has them in all of its encodings.
        var isLikely = best.Letters == 0
            ? best is { Strange: 0, Name: "Windows-1251" }
            : best.Cost <= best.Count * MostCost + MostCostOnce && best.Mixed <= best.Letters * MostMixed
            && best.Capitals <= Math.Max(1, best.Letters * MostCapitals);
        return isLikely && next.Cost - best.Cost >= Math.Min(LeastLead, best.Count * 2) ? (best.Text, best.Name) : null;
    }

    private static Reading Read(byte[] bytes, string name, int codePage)
    {
        var text = CodePagesEncodingProvider.Instance.GetEncoding(codePage)!.GetString(bytes);
        var read = new Reading(name, text);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] >= '\u0080')
                read.Add(i > 0 ? text[i - 1] : ' ', text[i], i + 1 < text.Length ? text[i + 1] : ' ');
        }

        return read;
    }

    /// <summary>The place of a letter; 0 for what is none, and ends a word.</summary>
    private static int PlaceOf(char letter)
    {
        var small = char.ToLowerInvariant(letter);
        var rare = Rare.IndexOf(small);
        return Math.Max(0, Letters.IndexOf(rare < 0 ? small : AsCommon[rare]));
    }

    /// <summary>A text as one of the encodings has it.</summary>
    private sealed class Reading(string name, string text)
    {
        public string Name => name;

        public string Text => text;

        public int Cost { get; private set; }

        public int Count { get; private set; }

        public int Letters { get; private set; }

        public int Mixed { get; private set; }

        public int Strange { get; private set; }

        public int Capitals { get; private set; }

        public void Add(char before, char letter, char after)
        {
            if (PlaceOf(letter) is not (> 0 and var place))
            {
                var isStrange = !Typography.Contains(letter);
                Strange += isStrange ? 1 : 0;
                Pay(isStrange ? StrangeCost : TypographyCost);
                return;
            }

            Letters++;
            Pay(CostOf(PlaceOf(before), place));
            if (PlaceOf(after) == 0)
                Pay(CostOf(place, 0));
            if (char.IsAsciiLetter(before) || char.IsAsciiLetter(after))
            {
                Mixed++;
                Cost += BesideLatinCost;
            }

            if (char.IsUpper(letter) && PlaceOf(before) > 0 && char.IsLower(before))
            {
                Capitals++;
                Cost += CapitalInWordCost;
            }
        }

        private static int CostOf(int letter, int next) => Costs[letter * CyrillicEncoding.Letters.Length + next] - '0';

        private void Pay(int cost)
        {
            Count++;
            Cost += cost;
        }
    }
}
