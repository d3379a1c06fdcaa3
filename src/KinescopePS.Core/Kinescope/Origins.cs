namespace KinescopePS.Kinescope;

/// <summary>Comparison of web addresses by origin.</summary>
internal static class Origins
{
    /// <summary>True for two addresses of one origin: scheme, host and port.</summary>
    public static bool IsOriginOf(this Uri uri, Uri other) =>
        uri.Scheme == other.Scheme && uri.Port == other.Port && uri.IdnHost.Equals(other.IdnHost, StringComparison.OrdinalIgnoreCase);
}
