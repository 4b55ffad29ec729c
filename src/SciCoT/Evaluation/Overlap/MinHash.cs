using System.Runtime.InteropServices;
using SciCoT.Compute;
using SciCoT.Questions;

namespace SciCoT.Evaluation;

/// <summary>
/// MinHash signatures (Broder, SEQUENCES 1997): two sets agree in a place of their signatures with the probability of their
/// Jaccard similarity. Signatures that agree in a whole band of places are candidates.
/// </summary>
internal sealed class MinHash
{
    /// <summary>
    /// 32 bands of 4 places: sets of similarity 0.7 are candidates with probability 1 - (1 - 0.7⁴)³² = 0.9998, of 0.5 with 0.87;
    /// candidates are verified, so that more of them cost time only.
    /// </summary>
    public const int Bands = 32;

    private const int PlacesPerBand = 4;

    private readonly ulong[] _multipliers;
    private readonly ulong[] _offsets;

    public MinHash(int seed)
    {
        var random = SplitMix64.ForStream(seed, 0);
        _multipliers = Numbers(random);
        _offsets = Numbers(random);
    }

    /// <summary>One number a band; two sets that share a number in the same band are candidates.</summary>
    /// <param name="items">The hashed items of the set.</param>
    public ulong[] BandKeys(IReadOnlyCollection<ulong> items)
    {
        var smallest = new ulong[Bands * PlacesPerBand];
        smallest.AsSpan().Fill(ulong.MaxValue);
        foreach (ulong item in items)
        {
            for (int place = 0; place < smallest.Length; place++)
                smallest[place] = Math.Min(smallest[place], unchecked((item * _multipliers[place]) + _offsets[place]));
        }

        var keys = new ulong[Bands];
        for (int band = 0; band < Bands; band++)
            keys[band] = CharacterRuns.Hash(MemoryMarshal.AsBytes(smallest.AsSpan(band * PlacesPerBand, PlacesPerBand)));
        return keys;
    }

    /// <summary>Odd numbers: multiplication by one permutes the numbers of 64 bits.</summary>
    private static ulong[] Numbers(SplitMix64 random) =>
        [.. Enumerable.Range(0, Bands * PlacesPerBand).Select(_ => random.Next() | 1)];
}
