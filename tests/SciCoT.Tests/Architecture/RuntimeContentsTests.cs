using Microsoft.Extensions.DependencyInjection;
using SciCoT.Generation;
using SciCoT.Models;
using SciCoT.Prompting;
using SciCoT.Questions;
using SciCoT.Students;
using SciCoT.Tokenization;

namespace SciCoT.Tests.Architecture;

/// <summary>What a program that only answers needs is in the package without TorchSharp.</summary>
public class RuntimeContentsTests
{
    [Theory]
    [InlineData(typeof(ScienceQuestion))]
    [InlineData(typeof(QuestionFile))]
    [InlineData(typeof(BadRowException))]
    [InlineData(typeof(StudentLayout))]
    [InlineData(typeof(T5Tokenizer))]
    [InlineData(typeof(T5InferenceModel))]
    [InlineData(typeof(TextGenerator))]
    [InlineData(typeof(T5TextModel))]
    [InlineData(typeof(ISciCoTPipeline))]
    [InlineData(typeof(SciCoTServiceCollectionExtensions))]
    [InlineData(typeof(SciCoTConfigurationExtensions))]
    [InlineData(typeof(SettingsException))]
    public void WhatAnswers_IsInTheRuntime(Type type) => Assert.Equal("SciCoT.Runtime", type.Assembly.GetName().Name);

    [Fact]
    public void Runtime_ReferencesNeitherTorchSharpNorWhatOnlyOthersNeed() =>
        Assert.DoesNotContain(typeof(ScienceQuestion).Assembly.GetReferencedAssemblies(), reference => reference.Name is "TorchSharp" or "CsvHelper" or "SciCoT" or "Microsoft.Extensions.AI.Abstractions");
}
