using System.Buffers;

namespace SciCoT.Questions;

/// <summary>Files that are one JSON array or one JSON object, taken apart row by row, so that their size does not matter.</summary>
internal static class JsonRows
{
    /// <summary>Reads the items of an array.</summary>
    /// <param name="path">The file.</param>
    /// <param name="parse">Makes a value from an item and its place, from 1.</param>
    /// <param name="onBadRow">Is told of each bad row, which is then skipped; without it the first one is thrown.</param>
    /// <exception cref="MissingFileException">There is no such file.</exception>
    public static IEnumerable<T> ReadArray<T>(string path, Func<JsonField, int, T> parse, Action<BadRowException>? onBadRow) =>
        Read(path, '[', "one JSON array of objects", parse, onBadRow);

    /// <summary>Reads the members of an object.</summary>
    /// <param name="path">The file.</param>
    /// <param name="parse">Makes a value from an object with this one member and its place, from 1.</param>
    /// <param name="onBadRow">Is told of each bad row, which is then skipped; without it the first one is thrown.</param>
    /// <exception cref="MissingFileException">There is no such file.</exception>
    public static IEnumerable<T> ReadObject<T>(string path, Func<JsonField, int, T> parse, Action<BadRowException>? onBadRow) =>
        Read(path, '{', "one JSON object of objects", parse, onBadRow);

    private static IEnumerable<T> Read<T>(string path, char open, string expected, Func<JsonField, int, T> parse, Action<BadRowException>? onBadRow)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        if (!File.Exists(path))
            throw new MissingFileException($"There is no file '{Path.GetFullPath(path)}'; check the path.", path);
        return Rows(path, open, expected, parse, onBadRow);
    }

    private static IEnumerable<T> Rows<T>(string path, char open, string expected, Func<JsonField, int, T> parse, Action<BadRowException>? onBadRow)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16, FileOptions.SequentialScan);
        var splitter = new Splitter(file, open);
        for (int place = 1; splitter.Next(out var line); place++)
        {
            if (JsonLines.TryParse(path, line, expected, field => parse(field, place), onBadRow, out var row))
                yield return row;
        }

        if (splitter.Problem is { } problem)
        {
            var bad = new BadRowException(path, splitter.Line, null, $"{problem}; expected {expected}. What follows is not read.");
            if (onBadRow is null)
                throw bad;
            onBadRow(bad);
        }
    }

    /// <summary>
    /// Finds where rows begin and end by brackets, commas and quotation marks alone; whether a row is sound is for the parser.
    /// </summary>
    private sealed class Splitter(Stream file, char open)
    {
        private readonly char _close = open == '[' ? ']' : '}';
        private readonly ArrayBufferWriter<byte> _row = new();
        private bool _hasBegun, _hasEnded, _hasRows;
        private bool _isTooLong;
        private long _rowLine;

        /// <summary>The line that was read last, from 1.</summary>
        public long Line { get; private set; } = 1;

        /// <summary>Why the file cannot be read to its end.</summary>
        public string? Problem { get; private set; }

        /// <summary>The next row; an object's member comes in braces of its own.</summary>
        public bool Next(out FileLine row)
        {
            row = default;
            if (_hasEnded || (!_hasBegun && !Begin()))
                return false;

            _row.ResetWrittenCount();
            (_isTooLong, _rowLine) = (false, 0);
            int depth = 0;
            bool inString = false, isEscaped = false;
            for (int b; (b = ReadByte()) >= 0;)
            {
                if (inString)
                {
                    (inString, isEscaped) = (isEscaped || b != '"', !isEscaped && b == '\\');
                }
                else if (depth == 0 && (b == ',' || b == _close))
                {
                    return End(isLast: b == _close, out row);
                }
                else if (b is '}' or ']')
                {
                    if (--depth < 0)
                        return Fail($"closes a bracket '{(char)b}' that was not opened");
                }
                else if (b is '{' or '[')
                {
                    depth++;
                }
                else
                {
                    inString = b == '"';
                }

                Add((byte)b);
            }

            return Fail("the file ends within a row");
        }

        private bool Begin()
        {
            _hasBegun = true;
            int first = ReadByte();
            if (first == 0xef && ReadByte() == 0xbb && ReadByte() == 0xbf)
                first = ReadByte();
            while (IsSpace(first))
                first = ReadByte();
            return first == open || Fail(first < 0 ? "the file is empty" : $"the file does not begin with '{open}'");
        }

        private bool End(bool isLast, out FileLine row)
        {
            row = default;
            _hasEnded = isLast;
            if (isLast && !_hasRows && _rowLine == 0)
                return CheckTheRest() && false;

            _hasRows = true;
            if (open == '{' && _rowLine > 0)
                Add((byte)'}');
            row = new FileLine(_rowLine == 0 ? Line : _rowLine, 0, _row.WrittenMemory, IsTerminated: true, _isTooLong);
            if (isLast)
                CheckTheRest();
            return true;
        }

        private bool CheckTheRest()
        {
            for (int b; (b = ReadByte()) >= 0;)
            {
                if (!IsSpace(b))
                    return Fail($"something follows the closing '{_close}'");
            }

            return true;
        }

        private bool Fail(string problem)
        {
            Problem = problem;
            _hasEnded = true;
            return false;
        }

        private void Add(byte b)
        {
            if (_rowLine == 0)
            {
                if (IsSpace(b))
                    return;
                _rowLine = Line;
                if (open == '{')
                    _row.Write("{"u8);
            }

            if (_row.WrittenCount >= FileLine.MaxBytes)
                _isTooLong = true;
            else
                _row.Write([b]);
        }

        private int ReadByte()
        {
            int b = file.ReadByte();
            Line += b == '\n' ? 1 : 0;
            return b;
        }

        private static bool IsSpace(int b) => b is ' ' or '\t' or '\r' or '\n';
    }
}
