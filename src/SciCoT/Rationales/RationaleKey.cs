using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace SciCoT.Rationales;

/// <summary>Identifies a rationale in a store. A record whose key is known was paid for already.</summary>
public sealed record RationaleKey
{
    /// <summary>The question's <see cref="ScienceQuestion.ContentHash"/>.</summary>
    public required string QuestionHash { get; init; }

    /// <summary>The teacher's name.</summary>
    public required string Teacher { get; init; }

    /// <summary>A hash of the prompt's layout, where there is a prompt.</summary>
    public string? PromptHash { get; init; }

    /// <summary>Which of the question's rationales by this teacher it is, from 0.</summary>
    public int SampleIndex { get; init; }

    /// <summary>Which try at it, from 0, where replies of no use were asked for again.</summary>
    public int Attempt { get; init; }

    /// <summary>Whether the gold answer is in the teacher's view.</summary>
    public bool AnswerRevealed { get; init; }

    /// <summary>The key in 128 bits, so that a million of them fit into some tens of megabytes.</summary>
    internal UInt128 Fingerprint()
    {
        // Lengths keep parts from running together.
        var text = $"{QuestionHash.Length}:{QuestionHash}{Teacher.Length}:{Teacher}{PromptHash?.Length ?? -1}:{PromptHash}{SampleIndex}:{Attempt}:{AnswerRevealed}";
        return BinaryPrimitives.ReadUInt128LittleEndian(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
    }
}
