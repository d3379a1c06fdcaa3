using System.Management.Automation;

namespace KinescopePS.Commands;

/// <summary>Names as a person types them: in any case, with wildcards. A text that is a whole name means that name alone.</summary>
internal sealed class TypedNames(string[]? texts)
{
    private readonly Name[] _names = Array.ConvertAll(texts ?? [], text => new Name(text));

    /// <summary>True where none was typed.</summary>
    public bool IsEmpty => _names.Length == 0;

    /// <summary>True where names have to be noted before one can be matched.</summary>
    public bool HasWildcards => Array.Exists(_names, name => name.Pattern is not null);

    /// <summary>Takes a name to know of, before any is matched.</summary>
    public void Note(string? name)
    {
        foreach (var typed in _names)
            typed.IsWhole |= typed.Is(name);
    }

    /// <summary>The names without wildcards that nothing had of what was noted or matched.</summary>
    public IEnumerable<string> Unfound => _names.Where(name => name is { Pattern: null, IsWhole: false }).Select(name => name.Text);

    /// <inheritdoc cref="Note(string?)" />
    public TypedNames Noting(IEnumerable<string?> names)
    {
        foreach (var name in HasWildcards ? names : [])
            Note(name);
        return this;
    }

    /// <summary>True for a name that was typed, or that matches what was typed; for every name where none was.</summary>
    public bool Matches(string? name)
    {
        var isMatch = _names.Length == 0;
        foreach (var typed in _names)
            isMatch |= typed.Matches(name);
        return isMatch;
    }

    private sealed class Name(string text)
    {
        public string Text => text;

        public WildcardPattern? Pattern { get; } =
            WildcardPattern.ContainsWildcardCharacters(text) ? WildcardPattern.Get(text, WildcardOptions.IgnoreCase) : null;

        public bool IsWhole { get; set; }

        public bool Is(string? name) => text.Equals(name, StringComparison.OrdinalIgnoreCase);

        public bool Matches(string? name)
        {
            if (Is(name))
                return IsWhole = true;
            return !IsWhole && Pattern?.IsMatch(name ?? "") == true;
        }
    }
}
