namespace SciCoT.DependencyInjection;

/// <summary>Which stages a host has filled with students of its own.</summary>
internal sealed class StudentRegistration
{
    public bool OwnRationaleStudent { get; set; }

    public bool OwnAnswerStudent { get; set; }

    public bool NeedModelDirectory => !OwnRationaleStudent || !OwnAnswerStudent;
}
