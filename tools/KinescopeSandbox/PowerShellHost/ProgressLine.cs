using System.Management.Automation;

namespace KinescopeSandbox.PowerShellHost;

/// <summary>Progress on one line: redrawn on a terminal, else a plain line every few seconds.</summary>
public sealed class ProgressLine(TextWriter error, bool terminal, TimeProvider clock)
{
    private static readonly TimeSpan PlainInterval = TimeSpan.FromSeconds(5);

    private int _width;
    private long? _lastPlain;

    /// <summary>Shows a record of the outermost activity; those below it would only flicker.</summary>
    public void Show(ProgressRecord record)
    {
        if (record.ParentActivityId >= 0)
            return;
        if (terminal)
            Redraw(record.RecordType == ProgressRecordType.Completed ? "" : Text(record));
        else if (record.RecordType == ProgressRecordType.Processing && IsDue())
            error.WriteLine(Text(record));
    }

    /// <summary>Takes the line away before other text is written.</summary>
    public void Clear()
    {
        if (_width > 0)
            Redraw("");
    }

    private static string Text(ProgressRecord record)
    {
        var percent = record.PercentComplete >= 0 ? $" {record.PercentComplete}%" : "";
        return $"{record.Activity}: {record.StatusDescription}{percent}".ReplaceLineEndings(" ");
    }

    private void Redraw(string text)
    {
        var line = text.Length > 110 ? text[..110] : text;
        error.Write("\r" + line.PadRight(_width) + (line.Length == 0 ? "\r" : ""));
        error.Flush();
        _width = line.Length;
    }

    private bool IsDue()
    {
        var now = clock.GetTimestamp();
        if (_lastPlain is { } last && clock.GetElapsedTime(last, now) < PlainInterval)
            return false;
        _lastPlain = now;
        return true;
    }
}
