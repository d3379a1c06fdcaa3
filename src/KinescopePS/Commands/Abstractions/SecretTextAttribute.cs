using System.Management.Automation;

namespace KinescopePS.Commands;

/// <summary>Says how a key is given where it was typed as plain text, which would stand in the history of commands.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class SecretTextAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc />
    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData) =>
        (inputData is PSObject wrapped ? wrapped.BaseObject : inputData) is string
            ? throw new ArgumentTransformationMetadataException(
                "A key that is typed here would stand in the history. Read-Host -AsSecureString asks for it; the environment variable "
                + "KINESCOPE_API_KEY and a file of -EnvironmentFile may hold it.")
            : inputData;
}
