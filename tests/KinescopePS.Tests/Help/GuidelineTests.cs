using System.Management.Automation;
using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Security;
using System.Text.RegularExpressions;
using KinescopePS.Commands;

namespace KinescopePS.Tests.Help;

/// <summary>What docs/guidelines.md calls kept, as far as reflection can tell. A failure lists every gap.</summary>
public sealed partial class GuidelineTests
{
    /// <summary>Verbs of cmdlets that change nothing outside of the session.</summary>
    private static readonly string[] Looking =
        [VerbsData.Compare, VerbsCommunications.Connect, VerbsCommunications.Disconnect, VerbsCommon.Get, VerbsDiagnostic.Measure, VerbsDiagnostic.Test, VerbsLifecycle.Wait];

    /// <summary>Cmdlets that change nothing though their verb sounds like it.</summary>
    private static readonly string[] OnlyReads = ["Import-LessonVideoMap"];

    /// <summary>Cmdlets that never write an object.</summary>
    private static readonly string[] Sinks =
        ["Disconnect-Kinescope", "Disconnect-LessonDatabase", "Export-KinescopeUpload", "Remove-KinescopeUpload", "Remove-KinescopeVideo",
            "Send-KinescopeNotification"];

    /// <summary>Parameters that mean another thing in each cmdlet, with the reason.</summary>
    private static readonly Dictionary<string, string> OfManyTypes = new()
    {
        ["InputObject"] = "what the cmdlet takes",
        ["Status"] = "of an upload, of a video (which Kinescope may name anew), of a line of a list",
        ["FailOn"] = "levels, of which one includes the other; findings, by wildcards too",
        ["Format"] = "of a file, of a message",
    };

    /// <summary>Parameters that are one here and several there, with the reason.</summary>
    private static readonly Dictionary<string, string> OneOrSeveral = new()
    {
        ["Status"] = "several choose; one comes along with a video",
        ["FailOn"] = "levels, of which one includes the other; findings, of which several may count",
        ["InputObject"] = "an object of any kind comes alone; lessons may be given as a list",
        ["LessonId"] = "several choose; one comes along with a file or a video",
        ["Course"] = "several choose; one comes along with a file",
        ["VideoId"] = "several choose; one comes along with a lesson",
        ["Title"] = "several choose; one is given to a video",
        ["Name"] = "several choose, or are made; one is given to a project",
        ["FolderId"] = "several choose; one is where videos are listed, or moved to",
        ["ProjectId"] = "several choose; one is where something is, or is put",
        ["Path"] = "several are read; one manifest is looked for, one file is written, one path is called",
    };

    /// <summary>Parameters of a plural name, with the reason.</summary>
    private static readonly Dictionary<string, string> Plurals = new()
    {
        ["WithCompanions"] = "a switch for several files, and no list of them",
    };

    /// <summary>Web addresses that are text, with the reason.</summary>
    private static readonly Dictionary<string, string> AddressesAsText = new()
    {
        ["Uri"] = "whoever has it can post there: the binder would repeat one that it refuses",
    };

    private static readonly List<(Type Class, CmdletAttribute Cmdlet, string Name)> Cmdlets =
    [
        .. from type in typeof(SendKinescopeVideoCommand).Assembly.GetTypes()
           let cmdlet = type.GetCustomAttribute<CmdletAttribute>()
           where cmdlet is not null
           select (type, cmdlet, $"{cmdlet.VerbName}-{cmdlet.NounName}"),
    ];

    private static IEnumerable<(string Cmdlet, PropertyInfo Property)> Parameters =>
        from cmdlet in Cmdlets
        from property in cmdlet.Class.GetProperties()
        where property.GetCustomAttributes<ParameterAttribute>().Any()
        select (cmdlet.Name, property);

    [Fact]
    public void A_cmdlet_has_a_specific_singular_noun_and_a_class_of_its_name() => NoGap(
        from cmdlet in Cmdlets
        where !Noun().IsMatch(cmdlet.Cmdlet.NounName) || cmdlet.Class.FullName != $"KinescopePS.Commands.{cmdlet.Cmdlet.VerbName}{cmdlet.Cmdlet.NounName}Command" || !cmdlet.Class.IsPublic
        select $"{cmdlet.Name} of {cmdlet.Class}");

    [Fact]
    public void What_changes_anything_asks_ShouldProcess() => NoGap(
        from cmdlet in Cmdlets
        where !cmdlet.Cmdlet.SupportsShouldProcess && !Looking.Contains(cmdlet.Cmdlet.VerbName) && !OnlyReads.Contains(cmdlet.Name)
        select $"{cmdlet.Name} does not support ShouldProcess");

    [Fact]
    public void What_writes_objects_says_of_which_type() => NoGap(
        from cmdlet in Cmdlets
        where cmdlet.Class.GetCustomAttributes<OutputTypeAttribute>().Any() == Sinks.Contains(cmdlet.Name)
        select $"{cmdlet.Name}: an OutputType, or a place among the sinks");

    [Fact]
    public void Parameters_have_singular_names_in_Pascal_case_and_no_common_one() => NoGap(
        from parameter in Parameters
        let name = parameter.Property.Name
        where !PascalCase().IsMatch(name) || Plural().IsMatch(name) && !Plurals.ContainsKey(name) || Cmdlet.CommonParameters.Contains(name) || Cmdlet.OptionalCommonParameters.Contains(name)
        select $"{parameter.Cmdlet} -{name}");

    [Fact]
    public void Parameters_are_switches_instead_of_Booleans_and_secrets_are_not_text() => NoGap(
        from parameter in Parameters
        let type = parameter.Property.PropertyType
        where type == typeof(bool) || (Secret().IsMatch(parameter.Property.Name) && type != typeof(SecureString) && type != typeof(PSCredential))
        select $"{parameter.Cmdlet} -{parameter.Property.Name} is a {type.Name}");

    [Fact]
    public void A_parameter_is_of_one_type_everywhere() => NoGap(
        from parameter in Parameters
        where !OfManyTypes.ContainsKey(parameter.Property.Name)
        group parameter by parameter.Property.Name into same
        where same.Select(parameter => TypeOfOne(parameter.Property.PropertyType)).Distinct().Count() > 1
        select $"-{same.Key}: {string.Join(", ", same.Select(parameter => $"{parameter.Cmdlet} {parameter.Property.PropertyType.Name}"))}");

    [Fact]
    public void FoundD20_A_key_that_is_typed_as_text_is_told_how_it_is_given() => NoGap(
        from parameter in Parameters
        where parameter.Property.PropertyType == typeof(SecureString) && parameter.Property.GetCustomAttribute<SecretTextAttribute>() is null
        select $"{parameter.Cmdlet} -{parameter.Property.Name}");

    [Fact]
    public void FoundD23_A_parameter_is_one_or_several_everywhere() => NoGap(
        from parameter in Parameters
        group parameter by parameter.Property.Name into same
        let several = same.Where(parameter => parameter.Property.PropertyType.IsArray).ToList()
        where (several.Count > 0 && several.Count < same.Count()) != OneOrSeveral.ContainsKey(same.Key)
        select $"-{same.Key}: several of it in {string.Join(", ", several.Select(parameter => parameter.Cmdlet))} only");

    [Fact]
    public void FoundD23_Times_are_time_spans_and_web_addresses_are_addresses() => NoGap(
        from parameter in Parameters
        let type = TypeOfOne(parameter.Property.PropertyType)
        let name = parameter.Property.Name
        let expected = Time().IsMatch(name) ? typeof(TimeSpan) : Address().IsMatch(name) ? typeof(Uri) : type
        where (type != expected && !AddressesAsText.ContainsKey(name)) || name.EndsWith("Seconds", StringComparison.Ordinal)
            || (type == typeof(TimeSpan) && parameter.Property.GetCustomAttribute<DurationAttribute>() is null && parameter.Property.GetCustomAttribute<MomentAttribute>() is null)
        select $"{parameter.Cmdlet} -{name} is a {type.Name}");

    [Fact]
    public void At_most_one_shown_parameter_takes_the_object_of_the_pipeline() => NoGap(
        from cmdlet in Cmdlets
        from taking in from property in cmdlet.Class.GetProperties()
                       from attribute in property.GetCustomAttributes<ParameterAttribute>(inherit: false)
                       where attribute.ValueFromPipeline && !attribute.DontShow
                       group property.Name by attribute.ParameterSetName
        where taking.Count() > 1
        select $"{cmdlet.Name}, {taking.Key}: {string.Join(", ", taking)}");

    [Fact]
    public void What_takes_long_can_be_stopped_and_is_disposed_of() => NoGap(
        from cmdlet in Cmdlets
        where cmdlet.Cmdlet.VerbName != VerbsCommunications.Disconnect && !typeof(AsyncCmdlet).IsAssignableFrom(cmdlet.Class)
        select $"{cmdlet.Name} is no AsyncCmdlet");

    // Whether input or output is redirected, PowerShell's host does not tell.
    [Fact]
    public void Nothing_is_written_past_the_host() => NoGap(
        from assembly in new[] { typeof(SendKinescopeVideoCommand).Assembly, typeof(KinescopeException).Assembly }
        from member in MembersUsed(assembly.Location, nameof(Console))
        where member is not ("get_IsInputRedirected" or "get_IsOutputRedirected")
        select $"{assembly.GetName().Name} uses Console.{member}");

    private static List<string> MembersUsed(string assembly, string type)
    {
        using var file = new PEReader(File.OpenRead(assembly));
        var metadata = file.GetMetadataReader();
        return
        [
            .. from handle in metadata.MemberReferences
               let member = metadata.GetMemberReference(handle)
               where member.Parent.Kind == HandleKind.TypeReference
                   && metadata.GetString(metadata.GetTypeReference((TypeReferenceHandle)member.Parent).Name) == type
               select metadata.GetString(member.Name),
        ];
    }

    private static Type TypeOfOne(Type type)
    {
        var one = type.IsArray ? type.GetElementType()! : type;
        return Nullable.GetUnderlyingType(one) ?? one;
    }

    private static void NoGap(IEnumerable<string> gaps)
    {
        Assert.True(Cmdlets.Count > 30);
        var all = string.Join(Environment.NewLine, gaps);
        Assert.True(all.Length == 0, all);
    }

    [GeneratedRegex("^(Kinescope|Lesson)([A-Z][a-z]+)*(?<!s)$")]
    private static partial Regex Noun();

    [GeneratedRegex("^([A-Z][a-z0-9]*)+$")]
    private static partial Regex PascalCase();

    [GeneratedRegex("(?<!Statu)s$")]
    private static partial Regex Plural();

    [GeneratedRegex("(Timeout|Delay|Interval|Patience|Duration)$")]
    private static partial Regex Time();

    [GeneratedRegex("(Uri|Proxy)$")]
    private static partial Regex Address();

    [GeneratedRegex("(Key|Password|Token|Credential)$")]
    private static partial Regex Secret();
}
