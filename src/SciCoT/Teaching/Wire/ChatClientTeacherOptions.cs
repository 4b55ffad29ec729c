using Microsoft.Extensions.AI;
using SciCoT.Prompting;

namespace SciCoT.Teaching;

/// <summary>How a <see cref="ChatClientTeacher"/> asks its model.</summary>
/// <include file="Examples.xml" path="examples/ChatClientTeacherOptions/example"/>
public sealed record ChatClientTeacherOptions
{
    /// <summary>
    /// The teacher's name in records. It is part of their key: a teacher with other settings that shall be told apart needs
    /// another name.
    /// </summary>
    /// <value>The default is <see langword="null"/>: the model's name.</value>
    public string? Name { get; init; }

    /// <summary>The model.</summary>
    /// <value>The default is <see langword="null"/>: the one that the client was made with.</value>
    public string? ModelId { get; init; }

    /// <summary>How questions are put and replies are read.</summary>
    /// <value>The default is <see cref="TeacherPrompt.FewShot"/>.</value>
    public ITeacherPrompt Prompt { get; init; } = TeacherPrompt.FewShot;

    /// <summary>The temperature; several samples of a question need one above 0.</summary>
    /// <value>The default is <see langword="null"/>: the service's.</value>
    public double? Temperature { get; init; }

    /// <summary>The share of the probability from which is sampled.</summary>
    /// <value>The default is <see langword="null"/>: the service's.</value>
    public double? TopP { get; init; }

    /// <summary>The limit of a reply's length in tokens, thinking aloud included.</summary>
    /// <value>The default is <see langword="null"/>: the service's.</value>
    public int? MaxOutputTokens { get; init; }

    /// <summary>The first sample's seed. Each further sample and attempt gets another one that follows from it.</summary>
    /// <value>The default is <see langword="null"/>: none is sent.</value>
    public long? Seed { get; init; }

    /// <summary>Sets what else a service knows, on the options of each call.</summary>
    /// <value>The default is <see langword="null"/>: nothing.</value>
    public Action<ChatOptions>? Configure { get; init; }
}
