namespace SciCoT;

/// <summary>How a teacher's reply ended.</summary>
public enum TeacherFinishReason
{
    /// <summary>The reply is whole.</summary>
    Complete,

    /// <summary>The reply was cut off by a length limit.</summary>
    Truncated,

    /// <summary>The service refused or filtered the reply.</summary>
    Refused,

    /// <summary>The reply held no text.</summary>
    Empty,

    /// <summary>The reply is whole, but which answer it gives could not be made out for certain.</summary>
    NoAnswer,

    /// <summary>
    /// The service sent something in which no reply could be found. The record keeps it as it came, so that a later version can read
    /// it and nobody pays for it twice.
    /// </summary>
    Unreadable,
}
