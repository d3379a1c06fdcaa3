namespace KinescopePS.Settings;

/// <summary>Names with their values, in the order in which JavaScript goes through an object: numbers first, then as they came.</summary>
internal sealed class OrderedSettings
{
    private readonly Dictionary<string, string> _values = [];
    private readonly List<string> _names = [];

    public IReadOnlyList<string> Keys =>
        [.. _names.Where(IsNumber).OrderBy(uint.Parse), .. _names.Where(name => !IsNumber(name))];

    public string? Find(string name) => _values.GetValueOrDefault(name);

    public void Set(string name, string value)
    {
        if (!_values.ContainsKey(name))
            _names.Add(name);
        _values[name] = value;
    }

    private static bool IsNumber(string name) => uint.TryParse(name, out var number) && number < uint.MaxValue && $"{number}" == name;
}
