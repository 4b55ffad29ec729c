namespace SciCoT.Cli;

/// <summary>Standard input that is no terminal: a pipe or a file, in the encoding that its byte order mark names, as PowerShell writes UTF-16.</summary>
/// <remarks>The runtime's own reader takes the bytes of UTF-16 for characters.</remarks>
internal static class PipeInput
{
    /// <summary>The reader for standard input.</summary>
    public static TextReader Open() => Console.IsInputRedirected
        ? TextReader.Synchronized(new StreamReader(Console.OpenStandardInput(), Console.InputEncoding, detectEncodingFromByteOrderMarks: true))
        : Console.In;
}
