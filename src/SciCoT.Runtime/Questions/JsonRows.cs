using System.Buffers;
using SciCoT.IO;

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
        OutsideText.Check(path);
        return Rows(path, open, expected, parse, onBadRow);
    }

    private static IEnumerable<T> Rows<T>(string path, char open, string expected, Func<JsonField, int, T> parse, Action<BadRowException>? onBadRow)
    {
        using var text = OutsideText.Open(path);
        foreach (var row in Rows(path, text, new JsonArrangement(open == '[' ? JsonArrangementKind.Array : JsonArrangementKind.Map), expected, parse, onBadRow))
            yield return row;
    }

    /// <summary>Reads the rows of a text that is open.</summary>
    /// <param name="path">The file, for messages.</param>
    /// <param name="text">The text, from its beginning.</param>
    /// <param name="arrangement">How the rows are arranged; not one a line.</param>
    /// <param name="expected">What the format holds, for messages.</param>
    /// <param name="parse">Makes a value from a row and its place, from 1.</param>
    /// <param name="onBadRow">Is told of each bad row, which is then skipped; without it the first one is thrown.</param>
    public static IEnumerable<T> Rows<T>(
        string path, OutsideText text, JsonArrangement arrangement, string expected, Func<JsonField, int, T> parse, Action<BadRowException>? onBadRow)
    {
        using var file = new BufferedStream(text, 1 << 16);
        var splitter = new Splitter(file, arrangement);
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
    private sealed class Splitter(Stream file, JsonArrangement arrangement)
    {
        private readonly char _open = arrangement.Kind == JsonArrangementKind.Map ? '{' : '[';
        private readonly char _close = arrangement.Kind == JsonArrangementKind.Map ? '}' : ']';
        private readonly ArrayBufferWriter<byte> _row = new();
        private bool _hasBegun, _hasEnded;
        private bool _isTooLong;
        private long _rowLine;

        /// <summary>Whether rows follow each other without brackets and commas around them.</summary>
        private bool IsSpread => arrangement.Kind == JsonArrangementKind.Spread;

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
                else if (depth == 0 && !IsSpread && (b == ',' || b == _close))
                {
                    return End(isLast: b == _close, out row);
                }
                else if (b is '}' or ']')
                {
                    if (--depth < 0)
                        return Fail($"closes a bracket '{(char)b}' that was not opened");
                    if (depth == 0 && IsSpread)
                    {
                        Add((byte)b);
                        return End(isLast: false, out row);
                    }
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

            return IsSpread && _rowLine == 0 ? (_hasEnded = true) && false : Fail("the file ends within a row");
        }

        private bool Begin()
        {
            _hasBegun = true;
            if (IsSpread)
                return true;
            for (int i = 0; i < arrangement.Offset; i++)
                ReadByte();
            int first = ReadByte();
            while (IsSpace(first))
                first = ReadByte();
            return first == _open || Fail(first < 0 ? "the file is empty" : $"the file does not begin with '{_open}'");
        }

        private bool End(bool isLast, out FileLine row)
        {
            row = default;
            _hasEnded = isLast;
            if (isLast && _rowLine == 0) // an empty file, or a comma behind the last row
                return CheckTheRest() && false;

            if (_open == '{' && _rowLine > 0)
                Add((byte)'}');
            row = new FileLine(_rowLine == 0 ? Line : _rowLine, 0, _row.WrittenMemory, IsTerminated: true, _isTooLong);
            if (isLast)
                CheckTheRest();
            return true;
        }

        private bool CheckTheRest()
        {
            for (int b; arrangement.Kind != JsonArrangementKind.Wrapped && (b = ReadByte()) >= 0;)
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
                if (IsSpace(b) || (IsSpread && b == (byte)','))
                    return;
                _rowLine = Line;
                if (_open == '{')
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
