namespace SciCoT.Testing.World.Sources;

/// <summary>How many questions are written, in training, validation and test.</summary>
/// <param name="Train">Training questions.</param>
/// <param name="Validation">Validation questions.</param>
/// <param name="Test">Test questions.</param>
internal readonly record struct Quota(int Train, int Validation, int Test)
{
    public int For(Part part) => part switch
    {
        Part.Train => Train,
        Part.Validation => Validation,
        _ => Test,
    };
}
