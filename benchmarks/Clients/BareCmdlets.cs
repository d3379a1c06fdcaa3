using KinescopeBenchmarks.Harness;
using KinescopePS.TestSupport;
using static KinescopeBenchmarks.Clients.PowerShellScript;

namespace KinescopeBenchmarks.Clients;

/// <summary>Cmdlets beside ours, compiled by PowerShell: the least that any cmdlet costs.</summary>
internal static class BareCmdlets
{
    /// <summary>The parameters of Set-LessonVideoId that objects are bound to.</summary>
    private const string Parameters = """
        [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)] public string LessonId { get; set; }
        [Parameter(Mandatory = true, Position = 1, ValueFromPipelineByPropertyName = true, ParameterSetName = "Link")]
        [Parameter(Position = 1, ValueFromPipelineByPropertyName = true, ParameterSetName = "Clear")] public string VideoId { get; set; }
        [Parameter(ValueFromPipelineByPropertyName = true, ParameterSetName = "Link")] [Alias("VideoUrl")] public string EmbedUrl { get; set; }
        [Parameter(ValueFromPipelineByPropertyName = true, ParameterSetName = "Link")] public string Status { get; set; }
        [Parameter(Mandatory = true, ParameterSetName = "Clear")] public SwitchParameter Clear { get; set; }
        """;

    private const string Nothing = $$"""
        using System.Management.Automation;
        [Cmdlet("Set", "Nothing", SupportsShouldProcess = true, DefaultParameterSetName = "Link")]
        public class SetNothing : PSCmdlet
        {
            {{Parameters}}
        }
        """;

    /// <summary>What psql does, by the module's own driver: no look at what rows held, no undo file, no batches, no question asked.</summary>
    private const string Copy = $$"""
        using System.Management.Automation;
        using Npgsql;
        [Cmdlet("Copy", "Link", SupportsShouldProcess = true, DefaultParameterSetName = "Link")]
        public class CopyLink : PSCmdlet
        {
            private NpgsqlConnection connection;
            private NpgsqlTransaction transaction;
            private NpgsqlBinaryImporter link;
            [Parameter(Mandatory = true)] public string ConnectionString { get; set; }
            {{Parameters}}
            protected override void BeginProcessing()
            {
                connection = new NpgsqlConnection(ConnectionString);
                connection.Open();
                transaction = connection.BeginTransaction();
                Run("CREATE TEMP TABLE link (id text, video text) ON COMMIT DROP");
                link = connection.BeginBinaryImport("COPY link FROM STDIN (FORMAT binary)");
            }
            protected override void ProcessRecord()
            {
                link.StartRow();
                link.Write(LessonId);
                link.Write(VideoId);
            }
            protected override void EndProcessing()
            {
                link.Complete();
                link.Dispose();
                Run("UPDATE \"Lesson\" SET \"videoId\" = link.video, \"videoUrl\" = 'https://kinescope.io/embed/' || link.video FROM link WHERE \"Lesson\".id = link.id");
                transaction.Commit();
                connection.Dispose();
            }
            private void Run(string sql)
            {
                using (var command = new NpgsqlCommand(sql, connection)) command.ExecuteNonQuery();
            }
        }
        """;

    /// <summary>A script's lines that make <c>Set-Nothing</c>.</summary>
    public static string ImportNothing => $"Add-Type -PassThru {Quote(Nothing)} | ForEach-Object Assembly | Import-Module";

    /// <summary>A script's lines that make <c>Copy-Link -ConnectionString TEXT</c>.</summary>
    public static string ImportCopy
    {
        get
        {
            var libraries = Path.Combine(Built.Module, "bin");
            var npgsql = Path.Combine(libraries, "Npgsql.dll");
            // The driver is built for an older .NET than the engine runs on, which the compiler warns of (CS1701).
            return $"""
                [void][Reflection.Assembly]::LoadFrom({Quote(Path.Combine(libraries, "Microsoft.Extensions.Logging.Abstractions.dll"))})
                [void][Reflection.Assembly]::LoadFrom({Quote(npgsql)})
                $references = {Quote(npgsql)}, 'System.Data.Common', 'System.ComponentModel.Primitives', 'System.Runtime', 'netstandard', [psobject].Assembly.Location
                Add-Type -PassThru -IgnoreWarnings -CompilerOptions '-nowarn:1701' -ReferencedAssemblies $references {Quote(Copy)} | ForEach-Object Assembly | Import-Module
                """;
        }
    }
}
