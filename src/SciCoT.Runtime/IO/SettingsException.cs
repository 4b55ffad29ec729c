namespace SciCoT;

/// <summary>A value in a configuration is not what its setting takes, or a name in it is no setting.</summary>
public sealed class SettingsException : SciCoTException
{
    internal SettingsException(string name, string problem)
        : base($"{name} {problem}") => (Name, Problem) = (name, problem);

    /// <summary>The setting's name, as the configuration has it.</summary>
    public string Name { get; }

    /// <summary>What is wrong with it and what was expected.</summary>
    public string Problem { get; }
}
