namespace SciCoT.Tests.Support;

/// <summary>
/// Tests that set or depend on TorchSharp's process-wide state (the default generator, the thread count) or that measure
/// memory belong to this collection and run alone, one after another: <c>[Collection(TorchState.Collection)]</c>.
/// </summary>
[CollectionDefinition(Collection, DisableParallelization = true)]
public sealed class TorchState
{
    public const string Collection = "Torch state";
}
