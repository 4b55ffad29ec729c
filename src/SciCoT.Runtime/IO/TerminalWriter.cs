using System.Globalization;
using System.Text;
using SciCoT.IO;

namespace SciCoT;

/// <summary>
/// A writer for a terminal: control characters and escape sequences in what is written, which a terminal would obey, become
/// visible as <c>\u001b</c>.
/// </summary>
/// <remarks>
/// Questions, labels, rationales and names of teachers and tensors come from outside. A program that prints them writes through this one
/// place: <c>Console.SetOut(new TerminalWriter(Console.Out))</c>. Line ends and tabs stay. In a JSON text the form is an escape with the
/// same meaning. Safe for concurrent callers where the writer below is.
/// </remarks>
public sealed class TerminalWriter : TextWriter
{
    private readonly TextWriter _inner;

    /// <summary>Makes a writer.</summary>
    /// <param name="inner">The writer of the terminal; it is not disposed with this one.</param>
    public TerminalWriter(TextWriter inner)
        : base(CultureInfo.InvariantCulture)
    {
        ArgumentNullException.ThrowIfNull(inner);
        _inner = inner;
        CoreNewLine = inner.NewLine.ToCharArray();
    }

    /// <inheritdoc/>
    public override Encoding Encoding => _inner.Encoding;

    /// <summary>The text as this writer would write it.</summary>
    /// <param name="text">The text.</param>
    public static string Escape(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return FirstUnsafe(text) < 0 ? text : Escaped(text);
    }

    /// <inheritdoc/>
    public override void Write(char value) => Write([value]);

    /// <inheritdoc/>
    public override void Write(char[] buffer, int index, int count) => Write(buffer.AsSpan(index, count));

    /// <inheritdoc/>
    public override void Write(string? value)
    {
        if (value is not null)
            _inner.Write(Escape(value));
    }

    /// <inheritdoc/>
    public override void Write(ReadOnlySpan<char> buffer)
    {
        if (FirstUnsafe(buffer) < 0)
            _inner.Write(buffer);
        else
            _inner.Write(Escaped(buffer));
    }

    /// <inheritdoc/>
    public override void WriteLine(string? value) => _inner.WriteLine(value is null ? null : Escape(value));

    /// <inheritdoc/>
    public override void WriteLine() => _inner.WriteLine();

    /// <inheritdoc/>
    public override Task WriteAsync(string? value) => _inner.WriteAsync(value is null ? null : Escape(value));

    /// <inheritdoc/>
    public override Task WriteLineAsync(string? value) => _inner.WriteLineAsync(value is null ? null : Escape(value));

    /// <inheritdoc/>
    public override Task WriteLineAsync() => _inner.WriteLineAsync();

    /// <inheritdoc/>
    public override void Flush() => _inner.Flush();

    /// <inheritdoc/>
    public override Task FlushAsync() => _inner.FlushAsync();

    /// <inheritdoc/>
    public override Task FlushAsync(CancellationToken cancellationToken) => _inner.FlushAsync(cancellationToken);

    private static string Escaped(ReadOnlySpan<char> text)
    {
        var safe = new StringBuilder(text.Length + 16);
        for (int i = 0; i < text.Length; i++)
        {
            if (IsUnsafe(text, i))
                safe.Append(CultureInfo.InvariantCulture, $"\\u{(int)text[i]:x4}");
            else
                safe.Append(text[i]);
        }

        return safe.ToString();
    }

    private static int FirstUnsafe(ReadOnlySpan<char> text)
    {
        for (int i = 0; i < text.Length; i++)
        {
            if (IsUnsafe(text, i))
                return i;
        }

        return -1;
    }

    /// <summary>What steers a terminal, but for line ends and tabs.</summary>
    private static bool IsUnsafe(ReadOnlySpan<char> text, int place) => text[place] switch
    {
        '\n' or '\t' => false,
        '\r' => place + 1 >= text.Length || text[place + 1] != '\n',
        var c => ForeignText.Steers(c),
    };
}
