namespace SciCoT.Compute;

/// <summary>Passes over all rows or numbers of an activation, shared by the members of the team, with dropout on the way.</summary>
internal static unsafe class TeamPasses
{
    /// <summary>Numbers in a part of a pass: enough to be worth a thread's waking, few enough to stay in its cache.</summary>
    private const int Grain = 1 << 14;

    /// <summary>Factors of dropout drawn at a time.</summary>
    private const int Strip = 1024;

    /// <summary>Rows whose gradients of a weight are added up together. The same for any number of threads, and so is the sum.</summary>
    private const int GainRows = 128;

    /// <inheritdoc cref="IKernels.Normalize"/>
    public static void Normalize(int members, float* x, float* gain, int size, float epsilon, long rows, float* y, float* scales) =>
        ThreadTeam.Shared.ForRanges(members, rows, RowsAtATime(size), (from, to) =>
        {
            for (; from < to; from++)
                scales[from] = Kernels.Best.Normalize(x + (from * size), gain, size, epsilon, y + (from * size));
        });

    /// <inheritdoc cref="IKernels.Scale"/>
    public static void Scale(int members, float* x, float* gain, int size, float* scales, long rows, float* y) =>
        ThreadTeam.Shared.ForRanges(members, rows, RowsAtATime(size), (from, to) =>
        {
            for (; from < to; from++)
                Kernels.Best.Scale(x + (from * size), gain, size, scales[from], y + (from * size));
        });

    /// <inheritdoc cref="IKernels.NormalizeBackward"/>
    public static void NormalizeBackward(int members, float* gradient, float* x, float* gain, float* scales, int size, long rows, float* residual, float* target, float* ofGain)
    {
        long parts = (rows + GainRows - 1) / GainRows;
        using var sums = new NativeBuffer(parts * size);
        ThreadTeam.Shared.ForRanges(members, rows, GainRows, (from, to) =>
        {
            float* sum = sums.Pointer + (from / GainRows * size);
            new Span<float>(sum, size).Clear();
            for (long row = from, at = from * size; row < to; row++, at += size)
                Kernels.Best.NormalizeBackward(gradient + at, x + at, gain, scales[row], size, residual + at, target + at, sum);
        });
        new Span<float>(sums.Pointer, size).CopyTo(new Span<float>(ofGain, size));
        for (long part = 1; part < parts; part++)
            Kernels.Best.Add(ofGain, sums.Pointer + (part * size), ofGain, size);
    }

    /// <summary><c>y = residual + dropout(x)</c>.</summary>
    public static void AddDropped(int members, float* residual, float* x, in DropoutStream dropout, float* y, long count)
    {
        if (dropout.IsNone)
        {
            For(members, count, (at, length) => Kernels.Best.Add(residual + at, x + at, y + at, length));
            return;
        }

        var drop = dropout;
        For(members, count, (at, length) => AddDropped(residual + at, x + at, drop, at, y + at, length));
    }

    /// <summary>The same on the calling thread, for the places from <paramref name="place"/> on.</summary>
    public static void AddDropped(float* residual, float* x, in DropoutStream dropout, long place, float* y, int count)
    {
        if (dropout.IsNone)
        {
            Kernels.Best.Add(residual, x, y, count);
            return;
        }

        float* factors = stackalloc float[Strip];
        for (int at = 0; at < count; at += Strip)
        {
            int length = Math.Min(Strip, count - at);
            dropout.Fill(new Span<float>(factors, length), place + at);
            Kernels.Best.MultiplyEach(x + at, factors, factors, length);
            Kernels.Best.Add(residual + at, factors, y + at, length);
        }
    }

    /// <summary><c>y = dropout(x)</c>; the two may be the same.</summary>
    public static void Drop(int members, float* x, in DropoutStream dropout, float* y, long count)
    {
        var drop = dropout;
        For(members, count, (at, length) => Drop(x + at, drop, at, y + at, length));
    }

    /// <summary>The same on the calling thread, for the places from <paramref name="place"/> on.</summary>
    public static void Drop(float* x, in DropoutStream dropout, long place, float* y, int count)
    {
        float* factors = stackalloc float[Strip];
        for (int at = 0; at < count; at += Strip)
        {
            int length = Math.Min(Strip, count - at);
            dropout.Fill(new Span<float>(factors, length), place + at);
            Kernels.Best.MultiplyEach(x + at, factors, y + at, length);
        }
    }

    /// <summary><c>y = dropout(activation(x) · gate)</c>.</summary>
    public static void Activate(int members, Activation activation, float* x, float* gate, in DropoutStream dropout, float* y, long count)
    {
        var drop = dropout;
        For(members, count, (at, length) => Activate(activation, x + at, gate is null ? null : gate + at, drop, at, y + at, length));
    }

    /// <summary>The same on the calling thread, for the places from <paramref name="place"/> on.</summary>
    public static void Activate(Activation activation, float* x, float* gate, in DropoutStream dropout, long place, float* y, int count)
    {
        for (int at = 0; at < count; at += Strip)
        {
            int length = Math.Min(Strip, count - at);
            Kernels.Best.Activate(activation, x + at, gate is null ? null : gate + at, y + at, length);
            if (!dropout.IsNone)
                Drop(y + at, dropout, place + at, y + at, length);
        }
    }

    /// <inheritdoc cref="IKernels.ActivateBackward"/>
    public static void ActivateBackward(int members, Activation activation, float* x, float* gate, in DropoutStream dropout, float* gradient, float* ofGate, float* y, long count)
    {
        var drop = dropout;
        For(members, count, (at, length) => ActivateBackward(
            activation, x + at, gate is null ? null : gate + at, drop, at, gradient + at, gate is null ? null : ofGate + at, y + at, length));
    }

    /// <summary>The same on the calling thread, for the places from <paramref name="place"/> on.</summary>
    public static void ActivateBackward(Activation activation, float* x, float* gate, in DropoutStream dropout, long place, float* gradient, float* ofGate, float* y, int count)
    {
        float* factors = stackalloc float[Strip];
        for (int at = 0; at < count; at += Strip)
        {
            int length = Math.Min(Strip, count - at);
            if (!dropout.IsNone)
            {
                dropout.Fill(new Span<float>(factors, length), place + at);
                Kernels.Best.MultiplyEach(gradient + at, factors, gradient + at, length);
            }

            Kernels.Best.ActivateBackward(activation, x + at, gate is null ? null : gate + at, gradient + at, gate is null ? null : ofGate + at, y + at, length);
            if (!dropout.IsNone)
                Kernels.Best.MultiplyEach(y + at, factors, y + at, length);
        }
    }

    private delegate void Part(long at, int length);

    private static void For(int members, long count, Part body) => ThreadTeam.Shared.ForRanges(members, count, Grain, (from, to) => body(from, (int)(to - from)));

    private static long RowsAtATime(int size) => Math.Max(1, Grain / size);
}
