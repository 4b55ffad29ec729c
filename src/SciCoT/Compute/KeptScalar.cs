using System.Collections.Concurrent;
using TorchSharp;

namespace SciCoT.Compute;

/// <summary>
/// Numbers handed to native calls, kept for good. A plain <c>tensor + 1e-6</c> makes a temporary that TorchSharp 0.107 lets the
/// garbage collector free before the native call has read it; under load that ends in errors such as "Unknown scalar type".
/// </summary>
/// <remarks>
/// For the few constants of a model's configuration only: nothing is ever removed. A number that varies is held by
/// <c>using</c> over the call. A test reads the library's code for calls that make such a temporary.
/// </remarks>
internal static class KeptScalar
{
    private static readonly ConcurrentDictionary<double, Scalar> Reals = new();
    private static readonly ConcurrentDictionary<long, Scalar> Integers = new();

    public static Scalar Of(double value) => Reals.GetOrAdd(value, v => v.ToScalar());

    public static Scalar Of(long value) => Integers.GetOrAdd(value, v => v.ToScalar());
}
