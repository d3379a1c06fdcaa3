using System.Globalization;
using System.Text;

namespace KinescopePS;

/// <summary>Text by the columns that it takes on a terminal.</summary>
/// <remarks>
/// PowerShell measures and cuts a progress row by UTF-16 units and a few ranges of its own: where it counts other columns than the terminal
/// shows, the row leaves remains of itself beside the bar. <see cref="Fit"/> gives it nothing to miscount.
/// </remarks>
internal static class CellText
{
    private const string Ellipsis = "\u2026";

    /// <summary>The sign in the place of a character whose columns PowerShell would miscount.</summary>
    private const string Stand = "\u00B7";

    /// <remarks>Source: Unicode 15.1, EastAsianWidth.txt, W and F; first and last code of each range.</remarks>
    private static readonly int[] Wide =
    [
        0x1100, 0x115F, 0x231A, 0x231B, 0x2329, 0x232A, 0x23E9, 0x23EC, 0x23F0, 0x23F0, 0x23F3, 0x23F3, 0x25FD, 0x25FE, 0x2614, 0x2615,
        0x2648, 0x2653, 0x267F, 0x267F, 0x2693, 0x2693, 0x26A1, 0x26A1, 0x26AA, 0x26AB, 0x26BD, 0x26BE, 0x26C4, 0x26C5, 0x26CE, 0x26CE,
        0x26D4, 0x26D4, 0x26EA, 0x26EA, 0x26F2, 0x26F3, 0x26F5, 0x26F5, 0x26FA, 0x26FA, 0x26FD, 0x26FD, 0x2705, 0x2705, 0x270A, 0x270B,
        0x2728, 0x2728, 0x274C, 0x274C, 0x274E, 0x274E, 0x2753, 0x2755, 0x2757, 0x2757, 0x2795, 0x2797, 0x27B0, 0x27B0, 0x27BF, 0x27BF,
        0x2B1B, 0x2B1C, 0x2B50, 0x2B50, 0x2B55, 0x2B55, 0x2E80, 0x303E, 0x3041, 0x3247, 0x3250, 0x4DBF, 0x4E00, 0xA4C6, 0xA960, 0xA97C,
        0xAC00, 0xD7A3, 0xF900, 0xFAFF, 0xFE10, 0xFE19, 0xFE30, 0xFE6B, 0xFF01, 0xFF60, 0xFFE0, 0xFFE6, 0x16FE0, 0x18D08, 0x1AFF0, 0x1B2FB,
        0x1F004, 0x1F004, 0x1F0CF, 0x1F0CF, 0x1F18E, 0x1F18E, 0x1F191, 0x1F19A, 0x1F200, 0x1F265, 0x1F300, 0x1F320, 0x1F32D, 0x1F335,
        0x1F337, 0x1F37C, 0x1F37E, 0x1F393, 0x1F3A0, 0x1F3CA, 0x1F3CF, 0x1F3D3, 0x1F3E0, 0x1F3F0, 0x1F3F4, 0x1F3F4, 0x1F3F8, 0x1F43E,
        0x1F440, 0x1F440, 0x1F442, 0x1F4FC, 0x1F4FF, 0x1F53D, 0x1F54B, 0x1F54E, 0x1F550, 0x1F567, 0x1F57A, 0x1F57A, 0x1F595, 0x1F596,
        0x1F5A4, 0x1F5A4, 0x1F5FB, 0x1F64F, 0x1F680, 0x1F6C5, 0x1F6CC, 0x1F6CC, 0x1F6D0, 0x1F6D2, 0x1F6D5, 0x1F6D7, 0x1F6DC, 0x1F6DF,
        0x1F6EB, 0x1F6EC, 0x1F6F4, 0x1F6FC, 0x1F7E0, 0x1F7EB, 0x1F7F0, 0x1F7F0, 0x1F90C, 0x1F93A, 0x1F93C, 0x1F945, 0x1F947, 0x1F9FF,
        0x1FA70, 0x1FAFF, 0x20000, 0x3FFFD,
    ];

    /// <summary>The columns that a text takes on a terminal.</summary>
    public static int Width(string text)
    {
        var width = 0;
        foreach (var rune in text.EnumerateRunes())
            width += Width(rune);
        return width;
    }

    /// <summary>
    /// A text that takes so many columns at the most, by a terminal's measure and by PowerShell's; what is cut ends with an ellipsis.
    /// </summary>
    public static string Fit(string text, int columns)
    {
        var (fitting, width, end) = (new StringBuilder(), 0, 0);
        foreach (var rune in string.Concat(text.EnumerateRunes()).Normalize().EnumerateRunes())
        {
            if (Width(rune) == 0)
                continue;
            var shown = Width(rune) == PowerShellWidth(rune) ? rune.ToString() : Stand;
            fitting.Append(shown);
            width += Width(shown);
            if (width < columns)
                end = fitting.Length;
            if (width > columns)
                return fitting.ToString(0, end).TrimEnd() + Ellipsis;
        }

        return fitting.ToString();
    }

    private static int Width(Rune rune)
    {
        if (Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark or UnicodeCategory.Format
            || rune.Value is >= 0x1160 and <= 0x11FF or >= 0x1F3FB and <= 0x1F3FF)
            return 0;
        // The place among the ends of ranges: an even one is a beginning, and what follows it is inside.
        var at = Array.BinarySearch(Wide, rune.Value);
        return at >= 0 || ~at % 2 == 1 ? 2 : 1;
    }

    /// <remarks>Source: PowerShell's ConsoleControl.LengthInBufferCells, which takes one unit of UTF-16 after the other.</remarks>
    private static int PowerShellWidth(Rune rune) => !rune.IsBmp
        ? 2
        : rune.Value is >= 0x1100 and (<= 0x115F or 0x2329 or 0x232A or >= 0x2E80 and <= 0xA4CF and not 0x303F or >= 0xAC00 and <= 0xD7A3
            or >= 0xF900 and <= 0xFAFF or >= 0xFE10 and <= 0xFE19 or >= 0xFE30 and <= 0xFE6F or >= 0xFF00 and <= 0xFF60
            or >= 0xFFE0 and <= 0xFFE6) ? 2 : 1;
}
