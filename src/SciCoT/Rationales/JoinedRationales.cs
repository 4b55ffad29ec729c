
namespace SciCoT.Rationales;

/// <summary>Rationales from several files as those of one store, in which keys are unique and no text is lost.</summary>
internal sealed class JoinedRationales
{
    private readonly Dictionary<RationaleKey, string> _texts = [];

    /// <summary>Records that were there already, with the same text.</summary>
    public int Repeated { get; private set; }

    /// <summary>Adds a record. Another text under a key that is taken becomes the teacher's next sample: it is another reply.</summary>
    /// <param name="record">The record.</param>
    /// <returns>The record under a key of its own; <see langword="null"/> where it is there already.</returns>
    public RationaleRecord? Add(RationaleRecord record)
    {
        while (!_texts.TryAdd(record.Key, record.Rationale))
        {
            if (_texts[record.Key] == record.Rationale)
            {
                Repeated++;
                return null;
            }

            record = record with { SampleIndex = record.SampleIndex + 1 };
        }

        return record;
    }
}
