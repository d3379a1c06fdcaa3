using System.Management.Automation.Host;

namespace KinescopeSandbox.PowerShellHost;

/// <summary>A console without a screen buffer: a width to wrap at, and nothing to read or move.</summary>
public sealed class ScriptHostRawUI : PSHostRawUserInterface
{
    private const int Width = 120;
    private const int Height = 50;

    public override ConsoleColor ForegroundColor { get; set; } = ConsoleColor.Gray;
    public override ConsoleColor BackgroundColor { get; set; } = ConsoleColor.Black;
    public override Coordinates CursorPosition { get; set; }
    public override Coordinates WindowPosition { get; set; }
    public override int CursorSize { get; set; } = 25;
    public override Size BufferSize { get; set; } = new(Width, Height);
    public override Size WindowSize { get; set; } = new(Width, Height);
    public override Size MaxWindowSize => new(Width, Height);
    public override Size MaxPhysicalWindowSize => new(Width, Height);
    public override bool KeyAvailable => false;
    public override string WindowTitle { get; set; } = "";

    public override void FlushInputBuffer()
    {
    }

    public override BufferCell[,] GetBufferContents(Rectangle rectangle) => new BufferCell[0, 0];

    public override KeyInfo ReadKey(ReadKeyOptions options) => throw new InvalidOperationException("There is no keyboard.");

    public override void ScrollBufferContents(Rectangle source, Coordinates destination, Rectangle clip, BufferCell fill)
    {
    }

    public override void SetBufferContents(Coordinates origin, BufferCell[,] contents)
    {
    }

    public override void SetBufferContents(Rectangle rectangle, BufferCell fill)
    {
    }
}
