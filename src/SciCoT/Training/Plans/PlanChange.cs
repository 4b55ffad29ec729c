namespace SciCoT.Training;

/// <summary>What happens when a folder holds work that was done under another plan.</summary>
public enum PlanChange
{
    /// <summary>The run is refused with a <see cref="PlanMismatchException"/> that tells what differs.</summary>
    Refuse,

    /// <summary>What was done is moved into a folder <c>previous-1</c> beside it, stored rationales apart, and everything is done anew.</summary>
    StartAnew,

    /// <summary>The run keeps what is done, and does the rest under the new plan.</summary>
    Continue,
}
