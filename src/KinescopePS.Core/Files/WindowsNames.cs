using System.Buffers;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace KinescopePS.Files;

/// <summary>The names of files on Windows: which it would take for something else, and how a folder lists what a name reaches.</summary>
/// <remarks>Source: Microsoft, "Naming Files, Paths, and Namespaces".</remarks>
internal static class WindowsNames
{
    private const int AccessDenied = 5;
    private const nint InvalidHandle = -1;

    private static readonly SearchValues<char> Reserved =
        SearchValues.Create([.. "<>:\"/\\|?*", .. Enumerable.Range(0, 0x20).Select(code => (char)code)]);

    /// <summary>The reason why Windows would open something else by a name, to stand behind "the path"; null where it would not.</summary>
    public static string? WhyUnusable(string name) => name switch
    {
        [.., '.' or ' '] => $"has the name '{name}', whose last character Windows drops",
        _ when name.Contains(':') => $"has the name '{name}', and what stands behind a colon is a stream of a file to Windows",
        _ when name.AsSpan().ContainsAny(Reserved) => $"has the name '{name}' with a character that Windows has in no name",
        _ when IsDevice(name) => $"has the name '{name}', which is a device to Windows",
        _ => null,
    };

    /// <summary>The name as the folder lists it, also for a short name (<c>LESSON~1.MP4</c>); null where there is nothing.</summary>
    [SupportedOSPlatform("windows")]
    public static string? NameIn(string folder, string name)
    {
        // A pattern finds what merely matches it.
        if (name.AsSpan().ContainsAny(Reserved))
            return null;

        var search = FindFirstFile(WithoutLimit(Path.Join(folder, name)), out var found);
        if (search == InvalidHandle)
            return Marshal.GetLastPInvokeError() == AccessDenied ? name : null; // It may be passed, if not listed.
        FindClose(search);
        return found.Name;
    }

    // Whatever follows the first dot, and blanks before it, do not make it another name.
    private static bool IsDevice(string name) => name.Split('.')[0].TrimEnd(' ').ToUpperInvariant() switch
    {
        "CON" or "PRN" or "AUX" or "NUL" or "CONIN$" or "CONOUT$" => true,
        ['C', 'O', 'M', var digit] => IsPort(digit),
        ['L', 'P', 'T', var digit] => IsPort(digit),
        _ => false,
    };

    private static bool IsPort(char digit) => digit is (>= '1' and <= '9') or '¹' or '²' or '³';

    private static string WithoutLimit(string path) =>
        path.StartsWith(@"\\", StringComparison.Ordinal) ? $@"\\?\UNC\{path[2..]}" : $@"\\?\{path}";

    [DllImport("kernel32", EntryPoint = "FindFirstFileW", CharSet = CharSet.Unicode, ExactSpelling = true, SetLastError = true)]
    private static extern nint FindFirstFile(string path, out FindData found);

    [DllImport("kernel32", ExactSpelling = true)]
    private static extern bool FindClose(nint search);

    // WIN32_FIND_DATAW
    [StructLayout(LayoutKind.Sequential, CharSet = CharSet.Unicode, Pack = 4)]
    private struct FindData
    {
        public uint Attributes;
        public long Created;
        public long Accessed;
        public long Written;
        public ulong Length;
        public uint Reserved0;
        public uint Reserved1;

        [MarshalAs(UnmanagedType.ByValTStr, SizeConst = 260)]
        public string Name;

        [MarshalAs(UnmanagedType.ByValTStr, SizeConst = 14)]
        public string ShortName;
    }
}
