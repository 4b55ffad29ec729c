using System.Runtime.Intrinsics;

namespace SciCoT.Compute;

/// <summary>The vector instructions that the kernels are written in; one implementation for each width.</summary>
/// <remarks>Static, so that a kernel made for a width is compiled down to the instructions themselves.</remarks>
/// <typeparam name="TVector">The vector of float32 numbers.</typeparam>
internal unsafe interface ISimd<TVector>
    where TVector : struct
{
    /// <summary>Numbers in a vector.</summary>
    static abstract int Width { get; }

    /// <summary>Whether sixteen sums can stay in registers beside what is added to them.</summary>
    static abstract bool HasManyRegisters { get; }

    static abstract TVector Of(float value);

    static abstract TVector Load(float* source);

    /// <summary>Loads bfloat16 numbers.</summary>
    static abstract TVector Load(ushort* source);

    /// <summary>The bfloat16 numbers in the lower halves of a vector's 32 bits.</summary>
    static abstract TVector Lower(TVector pairs);

    /// <summary>The bfloat16 numbers in the upper halves of a vector's 32 bits.</summary>
    static abstract TVector Upper(TVector pairs);

    /// <summary>Asks for a cache line before it is needed.</summary>
    static abstract void Prefetch(void* address);

    static abstract void Store(TVector vector, float* target);

    /// <summary>Loads the first numbers of a vector and no memory behind them; the rest are 0.</summary>
    static abstract TVector LoadFirst(float* source, int count);

    /// <summary>Stores the first numbers of a vector.</summary>
    static abstract void StoreFirst(TVector vector, float* target, int count);

    /// <summary>The first numbers of a vector, followed by those of another.</summary>
    static abstract TVector First(TVector vector, int count, TVector rest);

    static abstract TVector Add(TVector a, TVector b);

    static abstract TVector Subtract(TVector a, TVector b);

    static abstract TVector Multiply(TVector a, TVector b);

    static abstract TVector Divide(TVector a, TVector b);

    static abstract TVector Max(TVector a, TVector b);

    static abstract TVector Min(TVector a, TVector b);

    /// <summary>1 where a number is above 0, otherwise 0.</summary>
    static abstract TVector Step(TVector x);

    /// <summary>The largest of a vector's numbers.</summary>
    static abstract float Highest(TVector vector);

    /// <summary><c>a · b + c</c>.</summary>
    static abstract TVector MultiplyAdd(TVector a, TVector b, TVector c);

    /// <summary><c>value · 2ⁿ</c>, where n is the whole number in the last bits of <paramref name="exponent"/>.</summary>
    static abstract TVector AddExponent(TVector value, TVector exponent);

    /// <summary>The sums of four vectors' numbers, each added up in the same order wherever it stands.</summary>
    static abstract Vector128<float> Sums(TVector a, TVector b, TVector c, TVector d);
}
