using System.Runtime.CompilerServices;
using SciCoT.IO;

namespace SciCoT.Questions.Parquet;

/// <summary>Teaches every reader of text to read Parquet, as soon as anything of this assembly is used.</summary>
internal static class ParquetRegistration
{
#pragma warning disable CA2255 // no caller can be asked to register the reader: a Parquet file is as good as a text wherever one is taken
    [ModuleInitializer]
#pragma warning restore CA2255
    internal static void Register() => TabularText.Parquet = static (path, file) => new ParquetText(path, file);
}
