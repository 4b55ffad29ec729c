using System.Runtime.Intrinsics;

namespace SciCoT.TileKernels;

/// <summary>The instructions that add up products of int8 numbers exactly; one implementation for each kind of processor.</summary>
/// <remarks>Static, so that a kernel made for one is compiled down to the instructions themselves.</remarks>
/// <typeparam name="TVector">A vector of int32 sums, or of four times as many int8 numbers.</typeparam>
internal unsafe interface IInt8Dot<TVector>
    where TVector : struct
{
    /// <summary>Sums in a vector.</summary>
    static abstract int Width { get; }

    static abstract TVector Load(sbyte* source);

    /// <summary>Four numbers, again and again.</summary>
    static abstract TVector Repeat(sbyte* source);

    /// <summary>What all products with some weights need of them.</summary>
    static abstract TVector Prepare(TVector weights);

    /// <summary>Adds to each sum four products of neighbours.</summary>
    /// <param name="sums">The sums.</param>
    /// <param name="weights">Weights, from −128 to 127.</param>
    /// <param name="prepared">The same, as <see cref="Prepare"/> made them.</param>
    /// <param name="x">Inputs, from −127 to 127.</param>
    static abstract TVector Add(TVector sums, TVector weights, TVector prepared, TVector x);

    static abstract TVector Sum(TVector a, TVector b);

    static abstract void Store(TVector sums, int* target);
}
