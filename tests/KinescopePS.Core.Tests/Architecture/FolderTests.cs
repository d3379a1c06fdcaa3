using Mono.Cecil;

namespace KinescopePS.Tests.Architecture;

/// <summary>The engine's folders depend in one direction, and none of them on PowerShell.</summary>
public class FolderTests
{
    /// <summary>The folders that each folder may use, beside the errors and models that all may.</summary>
    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["errors and models"] = [],
        ["Files"] = [],
        ["Settings"] = ["Files"],
        ["Content"] = ["Files"],
        ["Matching"] = ["Files"],
        ["Manifest"] = ["Matching", "Media", "Files"],
        ["MapFiles"] = ["Manifest", "Files"],
        ["Kinescope"] = [],
        ["Tus"] = ["Content", "Kinescope"],
        ["Record"] = ["Content", "Files"],
        ["Database"] = ["Files"],
        ["SharedRecord"] = ["Kinescope", "Content", "Record", "Database", "Files"],
        ["Companions"] = ["Files", "Record", "Kinescope"],
        ["sessions"] = ["Kinescope", "Database"],
        ["Transfer"] = ["Kinescope", "Tus", "Content", "Media", "Record", "Manifest", "Companions", "Files"],
        ["Repair"] = ["Kinescope", "Content", "Record", "Database", "Files", "Transfer"],
        ["Probe"] = ["Kinescope", "Tus", "Content", "Transfer"],
        ["Media"] = [],
        ["Preflight"] = ["Media", "Kinescope", "Tus", "Content", "Record", "Files", "Manifest", "Transfer"],
        ["Nights"] = ["Files"],
        ["Reports"] = ["Record", "Database", "Files", "Nights"],
        ["Changes"] = ["Kinescope", "Transfer", "Files"],
        ["Saving"] = ["Kinescope", "Tus", "Content", "Files"],
        ["Comparison"] = ["Matching", "Kinescope", "Record", "Content", "Transfer", "Saving", "Files"],
    };

    /// <summary>What a Connect- cmdlet writes holds connections; it has the namespace of the models, as all that cmdlets write.</summary>
    private static readonly string[] Sessions = [nameof(KinescopeSession), nameof(LessonDatabase)];

    private static readonly ModuleDefinition Core = ModuleDefinition.ReadModule(typeof(KinescopeException).Assembly.Location);

    [Fact]
    public void Each_folder_uses_only_those_below_it()
    {
        var uses = Core.GetTypes().SelectMany(Uses).Distinct().Where(use => use.From != use.To && use.To != "errors and models").ToList();

        // Async methods and lambdas are types of their own: they are seen too.
        Assert.Contains(uses, use => use is ("Transfer", "Record", _));
        Assert.Empty(uses.Where(use => !Allowed[use.From].Contains(use.To)).Select(use => $"{use.Type} uses {use.To}").Order());
    }

    [Fact]
    public void The_engine_knows_no_PowerShell() =>
        Assert.DoesNotContain(Core.AssemblyReferences, reference => reference.Name.Contains("Management.Automation"));

    private static IEnumerable<(string From, string To, string Type)> Uses(TypeDefinition type) =>
        from used in UsedBy(type).SelectMany(Parts)
        let folders = (From: FolderOf(type), To: FolderOf(used))
        where folders.From is not null && folders.To is not null
        select (folders.From, folders.To, OutermostOf(type).Name);

    private static IEnumerable<TypeReference?> UsedBy(TypeDefinition type) =>
    [
        type.BaseType,
        .. type.Interfaces.Select(implemented => implemented.InterfaceType),
        .. type.CustomAttributes.Select(attribute => attribute.AttributeType),
        .. type.Fields.Select(field => field.FieldType),
        .. type.Methods.SelectMany(UsedBy),
    ];

    private static IEnumerable<TypeReference?> UsedBy(MethodDefinition method) =>
    [
        method.ReturnType,
        .. method.Parameters.Select(parameter => parameter.ParameterType),
        .. method.HasBody ? method.Body.Variables.Select(variable => variable.VariableType) : [],
        .. method.HasBody ? method.Body.Instructions.SelectMany(instruction => UsedBy(instruction.Operand)) : [],
    ];

    private static IEnumerable<TypeReference?> UsedBy(object? operand) => operand switch
    {
        TypeReference type => [type],
        FieldReference field => [field.DeclaringType, field.FieldType],
        MethodReference method =>
        [
            method.DeclaringType,
            method.ReturnType,
            .. method.Parameters.Select(parameter => parameter.ParameterType),
            .. method is GenericInstanceMethod generic ? generic.GenericArguments : [],
        ],
        _ => [],
    };

    /// <summary>A type, what it is made of, and its arguments: of <c>List&lt;A&gt;[]</c> the list and A.</summary>
    private static IEnumerable<TypeReference> Parts(TypeReference? type) => type switch
    {
        null or GenericParameter => [],
        GenericInstanceType generic => [generic.ElementType, .. generic.GenericArguments.SelectMany(Parts)],
        TypeSpecification made => Parts(made.ElementType),
        _ => [type],
    };

    private static string? FolderOf(TypeReference type)
    {
        var outermost = OutermostOf(type);
        if (outermost.Scope is AssemblyNameReference)
            return null;
        return Sessions.Contains(outermost.Name) ? "sessions"
            : outermost.Namespace == "KinescopePS" ? "errors and models"
            : outermost.Namespace.StartsWith("KinescopePS.", StringComparison.Ordinal) ? outermost.Namespace["KinescopePS.".Length..]
            : null;
    }

    private static TypeReference OutermostOf(TypeReference type) => type.DeclaringType is { } outer ? OutermostOf(outer) : type;
}
