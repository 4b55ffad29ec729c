using SciCoT.Replies;

namespace SciCoT.Teaching.Wire;

/// <summary>
/// What came over the wire for one call of a teacher, told by the handler below the client to the teacher above it: clients keep
/// neither the body nor counts that are not there.
/// </summary>
internal sealed class ReceivedReply
{
    private static readonly AsyncLocal<ReceivedReply?> Ambient = new();

    /// <summary>The call that is under way; <see langword="null"/> outside of a teacher.</summary>
    public static ReceivedReply? Current
    {
        get => Ambient.Value;
        set => Ambient.Value = value;
    }

    /// <summary>The response as it came.</summary>
    public string? Body { get; set; }

    /// <summary>The reply that was found in it.</summary>
    public ReadReply? Read { get; set; }

    /// <summary>Why no reply could be found in it, although it was not a failure.</summary>
    public string? Unreadable { get; set; }

    /// <summary>What is odd about the response although a reply was found in it.</summary>
    public string? Note { get; set; }

    /// <summary>The failure that the response told of.</summary>
    public TeacherServiceException? Failure { get; set; }
}
