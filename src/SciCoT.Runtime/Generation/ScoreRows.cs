using System.Numerics;
using System.Runtime.InteropServices;
using SciCoT.Compute;

namespace SciCoT.Generation;

/// <summary>What searches need of a step's scores.</summary>
internal static unsafe class ScoreRows
{
    /// <summary>Tokens whose probabilities are added up together when one is drawn.</summary>
    private const int DrawBlock = 512;

    /// <summary>Scores of a row that a thread takes at a time. The same for any number of threads, and so are the sums.</summary>
    private const int Block = 1 << 12;

    /// <summary>What a pass over a score takes, in multiplications of a product.</summary>
    private const int PerScore = 4;

    /// <summary>A token of a row with its score.</summary>
    public readonly record struct Scored(int Row, int Token, float Score);

    /// <summary>What a look at all scores tells of them.</summary>
    /// <param name="AreFinite">Whether none is NaN or infinite; where one is, the others of these mean nothing.</param>
    /// <param name="LogSums">What to subtract from each row's scores to make them log-probabilities: <c>ln Σ exp score</c>.</param>
    /// <param name="Highest">The token with each row's highest score, the first of equal ones.</param>
    public readonly record struct Summary(bool AreFinite, float[] LogSums, int[] Highest);

    /// <summary>Looks at all scores; each block is gone through while it is in the cache.</summary>
    public static Summary Summarize(ScoreTable scores)
    {
        int blocks = Blocks(scores), found = 0;
        var sums = new float[scores.Rows * blocks];
        var best = new int[sums.Length];
        ForEachBlock(scores, (row, block, memory, count) =>
        {
            var own = new ReadOnlySpan<float>(memory, count);
            if (FiniteNumbers.FirstNotFinite(own) >= 0)
                Volatile.Write(ref found, 1);
            best[(row * blocks) + block] = (block * Block) + Highest(own);
            sums[(row * blocks) + block] = Kernels.Best.LogSumExp(memory, count);
        });
        return new Summary(found == 0, OfRows(sums, blocks), OfRows(scores, best, blocks));
    }

    /// <summary>Turns scores into log-probabilities in place.</summary>
    /// <param name="scores">The scores.</param>
    /// <param name="sums">Their <see cref="Summary.LogSums"/>.</param>
    public static void LogSoftmax(ScoreTable scores, float[] sums)
    {
        ForEachBlock(scores, (row, _, memory, count) =>
        {
            int i = 0;
            for (var sum = new Vector<float>(sums[row]); i <= count - Vector<float>.Count; i += Vector<float>.Count)
                (Vector.Load(memory + i) - sum).Store(memory + i);
            for (; i < count; i++)
                memory[i] -= sums[row];
        });
    }

    /// <summary>The token with each row's highest score, the first of equal ones.</summary>
    public static int[] Highest(ScoreTable scores)
    {
        int blocks = Blocks(scores);
        var best = new int[scores.Rows * blocks];
        ForEachBlock(scores, (row, block, memory, count) => best[(row * blocks) + block] = (block * Block) + Highest(new ReadOnlySpan<float>(memory, count)));
        return OfRows(scores, best, blocks);
    }

    /// <summary>A token of each row, drawn from the softmax of its scores by inverting the cumulative distribution.</summary>
    /// <param name="scores">The scores; a token of −∞ is never drawn.</param>
    /// <param name="places">For each row a number from 0 to below 1, evenly distributed.</param>
    public static int[] Draw(ScoreTable scores, IReadOnlyList<double> places)
    {
        var tokens = new int[places.Count];
        ForEachRow(scores, (row, memory, count) => tokens[row] = Draw(memory, count, places[row]));
        return tokens;
    }

    /// <summary>Single scores.</summary>
    /// <param name="scores">The scores.</param>
    /// <param name="tokens">One token for each row.</param>
    public static float[] At(ScoreTable scores, IReadOnlyList<int> tokens)
    {
        var chosen = new float[tokens.Count];
        for (int row = 0; row < chosen.Length; row++)
            chosen[row] = scores[row][tokens[row]];
        return chosen;
    }

    /// <summary>The highest scores of each group of rows, after something is added to each row's.</summary>
    /// <param name="scores">The scores.</param>
    /// <param name="added">What is added, for each row.</param>
    /// <param name="group">Rows in a group.</param>
    /// <param name="count">How many of the highest, at most the group's tokens.</param>
    /// <returns>For each group in turn <paramref name="count"/> of them, the highest first.</returns>
    public static Scored[] Best(ScoreTable scores, IReadOnlyList<float> added, int group, int count)
    {
        int vocabulary = scores.Vocabulary, groups = scores.Rows / group;
        count = (int)Math.Min(count, (long)group * vocabulary);
        var best = new Scored[groups * count];
        float* memory = scores.Pointer;
        ThreadTeam.Shared.For(ComputeThreads.Count, groups, (long)group * vocabulary * PerScore, (_, place, to) =>
        {
            for (; place < to; place++)
            {
                var own = best.AsSpan(place * count, count);
                int found = 0;
                for (int row = place * group; row < (place + 1) * group; row++)
                    found = Merge(new ReadOnlySpan<float>(memory + ((long)row * vocabulary), vocabulary), row, added[row], own, found);
            }
        });
        return best;
    }

    /// <summary>Takes a row's scores into the best so far, of which there are <paramref name="found"/>, in descending order.</summary>
    private static int Merge(ReadOnlySpan<float> scores, int row, float added, Span<Scored> best, int found)
    {
        int token = 0;
        while (token < scores.Length)
        {
            // As soon as there are enough, whole vectors of lower scores are skipped.
            if (found == best.Length)
            {
                var lowest = new Vector<float>(best[^1].Score);
                var shift = new Vector<float>(added);
                while (token <= scores.Length - Vector<float>.Count && !Vector.GreaterThanAny(new Vector<float>(scores[token..]) + shift, lowest))
                    token += Vector<float>.Count;
                if (token == scores.Length)
                    break;
            }

            int end = Math.Min(token + Vector<float>.Count, scores.Length);
            for (; token < end; token++)
            {
                float score = scores[token] + added;
                if (found == best.Length && !(score > best[^1].Score))
                    continue;
                int place = found < best.Length ? found++ : found - 1;
                for (; place > 0 && score > best[place - 1].Score; place--)
                    best[place] = best[place - 1];
                best[place] = new Scored(row, token, score);
            }
        }

        return found;
    }

    /// <summary>The sum of each row, of those of its blocks.</summary>
    private static float[] OfRows(float[] sums, int blocks)
    {
        var whole = new float[sums.Length / blocks];
        fixed (float* part = sums)
        {
            for (int row = 0; row < whole.Length; row++)
                whole[row] = Kernels.Best.LogSumExp(part + (row * blocks), blocks);
        }

        return whole;
    }

    /// <summary>The best token of each row, of those of its blocks.</summary>
    private static int[] OfRows(ScoreTable scores, int[] best, int blocks)
    {
        var tokens = new int[scores.Rows];
        for (int row = 0; row < tokens.Length; row++)
        {
            var own = scores[row];
            tokens[row] = best[row * blocks];
            foreach (int token in best.AsSpan(row * blocks, blocks))
                tokens[row] = own[token] > own[tokens[row]] ? token : tokens[row];
        }

        return tokens;
    }

    private static int Highest(ReadOnlySpan<float> scores)
    {
        float highest = scores[0];
        int i = 0;
        if (scores.Length >= Vector<float>.Count)
        {
            var highs = new Vector<float>(scores);
            for (i = Vector<float>.Count; i <= scores.Length - Vector<float>.Count; i += Vector<float>.Count)
                highs = Vector.Max(highs, new Vector<float>(scores[i..]));
            for (int lane = 0; lane < Vector<float>.Count; lane++)
                highest = MathF.Max(highest, highs[lane]);
        }

        for (; i < scores.Length; i++)
            highest = MathF.Max(highest, scores[i]);

        // Equal numbers have equal bits, but for the two zeros.
        int place = MemoryMarshal.Cast<float, int>(scores).IndexOf(BitConverter.SingleToInt32Bits(highest));
        if (place >= 0 && highest != 0)
            return place;
        for (place = 0; place < scores.Length; place++)
        {
            if (scores[place] == highest)
                return place;
        }

        return 0;
    }

    private static int Draw(float* memory, int count, double place)
    {
        var scores = new ReadOnlySpan<float>(memory, count);
        // Sums of blocks first: the number then passes whole blocks, and single tokens only in the last one.
        float highest = scores[Highest(scores)];
        var sums = new double[(count + DrawBlock - 1) / DrawBlock];
        for (int block = 0; block < sums.Length; block++)
            sums[block] = Math.Exp(Kernels.Best.LogSumExp(memory + (block * DrawBlock), Math.Min(DrawBlock, count - (block * DrawBlock))) - highest);
        double rest = place * sums.Sum();
        int last = Array.FindLastIndex(sums, sum => sum > 0), taken = 0;
        for (; taken < last && rest >= sums[taken]; taken++)
            rest -= sums[taken];

        int token = taken * DrawBlock;
        for (int i = token, end = Math.Min(token + DrawBlock, count); i < end; i++)
        {
            float power = MathF.Exp(scores[i] - highest);
            if (power == 0)
                continue;
            token = i; // also where rounding lets the number pass all of them
            rest -= power;
            if (rest < 0)
                break;
        }

        return token;
    }

    /// <summary>What is done with a row's scores.</summary>
    public delegate void RowAction(int row, float* memory, int count);

    /// <summary>Does something with each row, several threads side by side.</summary>
    public static void ForEachRow(ScoreTable scores, RowAction action)
    {
        int rows = scores.Rows, count = scores.Vocabulary;
        float* memory = scores.Pointer;
        ThreadTeam.Shared.For(ComputeThreads.Count, rows, (long)count * PerScore, (_, row, to) =>
        {
            for (; row < to; row++)
                action(row, memory + ((long)row * count), count);
        });
    }

    private delegate void BlockAction(int row, int block, float* memory, int count);

    private static int Blocks(ScoreTable scores) => (scores.Vocabulary + Block - 1) / Block;

    /// <summary>Does something with each block of each row, several threads side by side.</summary>
    private static void ForEachBlock(ScoreTable scores, BlockAction action)
    {
        int blocks = Blocks(scores), vocabulary = scores.Vocabulary;
        float* memory = scores.Pointer;
        ThreadTeam.Shared.For(ComputeThreads.Count, checked(scores.Rows * blocks), (long)Math.Min(Block, vocabulary) * PerScore, (_, item, to) =>
        {
            for (; item < to; item++)
            {
                int row = item / blocks, block = item % blocks, first = block * Block;
                action(row, block, memory + ((long)row * vocabulary) + first, Math.Min(Block, vocabulary - first));
            }
        });
    }
}
