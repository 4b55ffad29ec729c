using System.Buffers.Binary;
using SciCoT.Rationales;

namespace SciCoT.Postgres.Database;

/// <summary>A record as the table holds it.</summary>
/// <param name="Key">The fingerprint of the record's key.</param>
/// <param name="Json">The record as a JSON Lines store writes it.</param>
internal readonly record struct RationaleRow(Guid Key, string Json)
{
    /// <summary>The first 16 bytes of the SHA-256 of a key, in their order.</summary>
    public static Guid KeyOf(RationaleKey key)
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt128LittleEndian(bytes, key.Fingerprint());
        return new(bytes, bigEndian: true);
    }
}
