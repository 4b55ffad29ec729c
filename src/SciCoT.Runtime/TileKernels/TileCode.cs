using SciCoT.TileKernels.MachineCode;

using static SciCoT.TileKernels.TileCall;

namespace SciCoT.TileKernels;

/// <summary>
/// Writes functions that multiply some rows by one tile of sixteen outputs, or by two: sums stay in registers while the inputs pass, a cache
/// line of each tile's weights and four bytes of each row at a time.
/// </summary>
/// <remarks>
/// Only registers are used that a function may change on Unix and on Windows, and no stack but the few bytes that a function may write to
/// without asking. Such a function calls nothing, so that nobody has to find a way through it.
/// </remarks>
internal abstract class TileCode
{
    /// <summary>Rows at most.</summary>
    public const int MostRows = 9;

    /// <summary>Tiles at most.</summary>
    public const int MostTiles = 2;

    /// <summary>Groups of inputs that one pass of the loop takes.</summary>
    public const int Unrolled = 4;

    /// <summary>Bytes of weights in a group of inputs, of a vector, and of a cache line.</summary>
    private const int Line = 64;

    /// <summary>Rows that are reached from one register.</summary>
    private const int RowsOfBase = 5;

    private const Register Weights = Register.Rax;
    private const Register TileBytes = Register.R11; // before the loop and behind it, where the call's values lie
    private const Register Ahead = Register.R9;
    private const Register First = Register.Rcx; // row 0
    private const Register Sixth = Register.R10; // row 5
    private const Register Stride = Register.Rdx;
    private const Register Stride3 = Register.R8;
    private const Register Call = TileBytes;

    private readonly int _rows;
    private readonly int _tiles;
    private readonly int _group; // bytes from a row's inputs to the next ones

    /// <param name="rows">Number of rows, up to <see cref="MostRows"/>.</param>
    /// <param name="tiles">Number of tiles, up to <see cref="MostTiles"/>.</param>
    /// <param name="chains">Parts of each sum that are added up apart, so that one product need not wait for the one before.</param>
    /// <param name="group">Bytes from the inputs of a row in one group to those in the next: 4, unless other rows' inputs lie between.</param>
    protected TileCode(int rows, int tiles, int chains, int group = 4) => (_rows, _tiles, Chains, _group) = (rows, tiles, chains, group);

    protected CodeWriter Writer { get; } = new();

    protected int Chains { get; }

    /// <summary>A vector that keeps its value.</summary>
    protected static int Constant => Vector(21);

    /// <summary>A vector for what is needed at once.</summary>
    protected static int Passing => Vector(20);

    /// <summary>Makes ready what the loop needs.</summary>
    protected virtual void Begin()
    {
    }

    /// <summary>Gives a row's first sums their values.</summary>
    protected abstract void Start(int sums, int row);

    /// <summary>Loads a group's weights.</summary>
    protected abstract void LoadWeights(int to, Address from);

    /// <summary>Adds a group's products with four bytes of a row.</summary>
    protected abstract void Multiply(int sums, int weights, Address x);

    /// <summary>The same with four bytes that were loaded before.</summary>
    protected abstract void Multiply(int sums, int weights, int x);

    /// <summary><c>to += from</c>, where there are chains.</summary>
    protected virtual void Add(int to, int from)
    {
    }

    /// <summary>Loads what the sums of a tile need to become float32 numbers.</summary>
    /// <param name="to">Where it is put.</param>
    /// <param name="tile">The tile.</param>
    /// <param name="from">A register that may be changed.</param>
    protected virtual void LoadScales(int to, int tile, Register from)
    {
    }

    /// <summary>Makes float32 numbers of sums.</summary>
    protected virtual void Finish(int sums, int scales, int row)
    {
    }

    /// <summary>Writes the function.</summary>
    public ReadOnlySpan<byte> Write()
    {
        Enter();
        Loop(Field.WholeEnd, Unrolled);
        Loop(Field.End, 1);
        for (int row = 0; row < _rows; row++)
        {
            for (int tile = 0; tile < _tiles; tile++)
                AddChains(row, tile);
        }

        Writer.Move(Call, Kept(0));
        Writer.Move(First, At(Field.X));
        Writer.LoadAddress(Sixth, new Address(First, 0, Stride));
        Writer.LoadAddress(Sixth, new Address(Sixth, 0, Stride, 4));
        for (int tile = 0; tile < _tiles; tile++)
            LoadScales(WeightsOf(tile), tile, Weights);
        Writer.Move(Weights, At(Field.Ending));
        foreach (var end in _rows % 2 == 0 ? new[] { TileEnd.Store, TileEnd.Add, TileEnd.Pairs } : [TileEnd.Store])
        {
            Writer.Compare(Weights, (sbyte)(end + 1));
            int next = Writer.JumpIfNotBelow();
            Leave(end);
            Writer.Land(next);
        }

        Leave(_rows % 2 == 0 ? TileEnd.Pairs | TileEnd.Add : TileEnd.Add);
        return Writer.Code;
    }

    private void Enter()
    {
        var argument = OperatingSystem.IsWindows() ? Register.Rcx : Register.Rdi;
        Writer.Move(Call, argument);
        Writer.Store(Kept(0), Call);
        Begin();
        Keep(1, Field.WholeEnd);
        Keep(2, Field.End);
        Keep(3, Field.AheadStep);
        Writer.Move(Weights, At(Field.Weights));
        Writer.Move(First, At(Field.X));
        Writer.Move(Stride, At(Field.Stride));
        Writer.Move(Ahead, At(Field.Ahead));
        Writer.LoadAddress(Stride3, new Address(Stride, 0, Stride, 2));
        Writer.LoadAddress(Sixth, new Address(First, 0, Stride));
        Writer.LoadAddress(Sixth, new Address(Sixth, 0, Stride, 4));
        Writer.Move(TileBytes, At(Field.TileBytes));
        for (int row = 0; row < _rows; row++)
        {
            for (int tile = 0; tile < _tiles; tile++)
            {
                Start(Sums(row, tile, 0), row);
                for (int chain = 1; chain < Chains; chain++)
                    Writer.Xor(Sums(row, tile, chain), Sums(row, tile, chain), Sums(row, tile, chain));
            }
        }

        void Keep(int place, Field field)
        {
            Writer.Move(Weights, At(field));
            Writer.Store(Kept(place), Weights);
        }
    }

    private void Loop(Field end, int groups)
    {
        var stop = Kept(end == Field.WholeEnd ? 1 : 2);
        Writer.Compare(Weights, stop);
        int skip = Writer.JumpIfNotBelow();
        int again = Writer.Here;
        for (int group = 0; group < groups; group++)
        {
            for (int tile = 0; tile < _tiles; tile++)
            {
                Writer.Prefetch(new Address(Ahead, tile * Line));
                LoadWeights(WeightsOf(tile), tile == 0 ? new Address(Weights, group * Line) : new Address(Weights, group * Line, TileBytes));
            }

            Writer.Add(Ahead, Kept(3));
            for (int row = 0; row < _rows; row++)
                Multiply(row, group);
        }

        Writer.Add(Weights, groups * Line);
        Writer.Add(First, groups * _group);
        Writer.Add(Sixth, groups * _group);
        Writer.Compare(Weights, stop);
        Writer.JumpIfBelow(again);
        Writer.Land(skip);
    }

    private void Multiply(int row, int group)
    {
        var x = Row(row, group * _group);
        if (_tiles == 1)
        {
            Multiply(Sums(row, 0, group % Chains), WeightsOf(0), x);
            return;
        }

        Writer.Repeat(Passing, x);
        for (int tile = 0; tile < _tiles; tile++)
            Multiply(Sums(row, tile, group % Chains), WeightsOf(tile), Passing);
    }

    private void AddChains(int row, int tile)
    {
        for (int step = Chains / 2; step > 0; step /= 2)
        {
            for (int chain = 0; chain < step; chain++)
                Add(Sums(row, tile, chain), Sums(row, tile, chain + step));
        }
    }

    private void Leave(TileEnd end)
    {
        bool pairs = end.HasFlag(TileEnd.Pairs);
        Writer.Move(Weights, At(Field.Y));
        for (int row = 0; row < _rows; row++)
        {
            bool isSecond = pairs && row % 2 == 1, isLast = !pairs || isSecond;
            for (int tile = 0; tile < _tiles; tile++)
            {
                int sums = Sums(row, tile, 0);
                var y = new Address(Weights, tile * Line);
                Finish(sums, WeightsOf(tile), row);
                if (isSecond)
                    Writer.AddFloat32(sums, Sums(row - 1, tile, 0), sums);
                else if (end.HasFlag(TileEnd.Add))
                    Writer.AddFloat32(sums, sums, y);
                if (isLast)
                    Writer.Store(y, sums);
            }

            if (isLast)
                Writer.Add(Weights, At(Field.YStride));
        }

        Writer.Return();
    }

    /// <summary>Where the inputs of a row lie that come next, or something behind them.</summary>
    protected static Address Row(int row, int bytes)
    {
        var start = row < RowsOfBase ? First : Sixth;
        return (row % RowsOfBase) switch
        {
            0 => new(start, bytes),
            1 => new(start, bytes, Stride),
            2 => new(start, bytes, Stride, 2),
            3 => new(start, bytes, Stride3),
            _ => new(start, bytes, Stride, 4),
        };
    }

    /// <summary>A field of what the function was called with.</summary>
    protected static Address At(Field field) => new(Call, (int)field * sizeof(long));

    /// <summary>Memory of the function's own: below the stack's end on Unix, where the caller leaves room for arguments on Windows.</summary>
    private static Address Kept(int place) => new(Register.Rsp, OperatingSystem.IsWindows() ? (place + 1) * sizeof(long) : -(place + 1) * sizeof(long));

    private static int WeightsOf(int tile) => Vector(18 + tile);

    private int Sums(int row, int tile, int chain) => Vector((((row * _tiles) + tile) * Chains) + chain);

    /// <summary>The vector registers: 16 to 31, and 0 to 5. Windows wants the others kept.</summary>
    private static int Vector(int index) => index < 16 ? 16 + index : index - 16;
}
