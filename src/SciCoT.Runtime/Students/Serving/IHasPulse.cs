namespace SciCoT.Students.Serving;

/// <summary>A student whose models compute on threads of their own.</summary>
internal interface IHasPulse
{
    /// <summary>Whether each of its models' threads gets on with its work.</summary>
    IEnumerable<WorkPulse> Pulses { get; }
}
