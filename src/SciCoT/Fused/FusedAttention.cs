using SciCoT.Compute;
using static TorchSharp.torch;

namespace SciCoT.Fused;

/// <summary>
/// An attention layer with its norm, dropout and residual connection as one operation:
/// <c>x + dropout(wo · dropout(softmax(q kᵀ + position + mask)) v)</c>, with queries of norm(x) and keys and values of norm(x) or of the memory.
/// </summary>
/// <remarks>Heads are read and written where they lie between each other; nothing is transposed.</remarks>
internal sealed unsafe class FusedAttention : autograd.SingleTensorFunction<FusedAttention>
{
    public override string Name => nameof(FusedAttention);

    /// <param name="shape">The layer's constants.</param>
    /// <param name="dropout">Dropout of the weights, and of the layer's output.</param>
    /// <param name="hidden"><c>[batch, query, model]</c>.</param>
    /// <param name="gain">The norm's weight, <c>[model]</c>.</param>
    /// <param name="matrices">The four matrices.</param>
    /// <param name="position">Added to the scores of every row, <c>[1, heads, query, key]</c>, or null.</param>
    /// <param name="mask">Added to the scores of every head and query, <c>[batch, 1, 1, key]</c>, or null.</param>
    /// <param name="memory">What is attended to, <c>[batch, key, model]</c>, where that is not the input itself.</param>
    public static Tensor Of(
        (int Heads, int HeadSize, double Epsilon) shape, (DropoutStream Weights, DropoutStream Output) dropout, Tensor hidden, Tensor gain,
        (Tensor Query, Tensor Key, Tensor Value, Tensor Output) matrices, Tensor? position, Tensor? mask, Tensor? memory)
    {
        var plan = new AttentionPlan(
            shape.Heads, shape.HeadSize, (float)shape.Epsilon, dropout.Weights, dropout.Output, position is not null, mask is not null, memory is not null, Fusion.InHalves);
        List<object> inputs = [plan, hidden, gain, matrices.Query, matrices.Key, matrices.Value, matrices.Output];
        inputs.AddRange(new[] { position, mask, memory }.OfType<Tensor>());
        return apply([.. inputs]);
    }

    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        var plan = (AttentionPlan)vars[0];
        var inputs = Array.ConvertAll(vars[1..], input => ((Tensor)input).contiguous());
        var parts = new AttentionInputs(plan, inputs);
        var sizes = new AttentionSizes(plan, parts.Hidden, parts.Memory);
        int model = sizes.Model, inner = sizes.Inner;

        var kept = empty(AttentionMemory.Size(sizes));
        var memory = new AttentionMemory(kept, sizes);
        var result = empty_like(parts.Hidden);
        float* x = Fusion.Numbers(parts.Hidden);
        if (plan.InHalves)
        {
            var halves = new HalfAttention(Fusion.Threads, plan, sizes, parts, memory);
            halves.Project();
            Attend(plan, sizes, parts, memory);
            halves.Finish(Fusion.Numbers(result));
        }
        else
        {
            using var normed = new NativeBuffer((long)sizes.QueryRows * model);
            TeamPasses.Normalize(Fusion.Threads, x, Fusion.Numbers(parts.Gain), model, plan.Epsilon, sizes.QueryRows, normed.Pointer, memory.Scales);
            var source = new Gemm.View(parts.Memory is null ? normed.Pointer : Fusion.Numbers(parts.Memory), model);
            Fusion.Multiply(sizes.QueryRows, inner, model, new(normed.Pointer, model), Fusion.View(parts.Query).Transposed, new(memory.Queries, inner));
            Fusion.Multiply(sizes.KeyRows, inner, model, source, Fusion.View(parts.Key).Transposed, new(memory.Keys, inner));
            Fusion.Multiply(sizes.KeyRows, inner, model, source, Fusion.View(parts.Value).Transposed, new(memory.Values, inner));
            Attend(plan, sizes, parts, memory);
            Fusion.Multiply(sizes.QueryRows, model, inner, new(memory.Mixed, inner), Fusion.View(parts.Output).Transposed, new(normed.Pointer, model));
            TeamPasses.AddDropped(Fusion.Threads, x, normed.Pointer, plan.Output, Fusion.Numbers(result), (long)sizes.QueryRows * model);
        }

        ctx.save_for_backward([.. inputs, kept]);
        ctx.save_data("plan", plan);
        ctx.save_data("needs", Array.ConvertAll(vars[1..], input => ((Tensor)input).requires_grad));
        return result;
    }

    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
    {
        var plan = (AttentionPlan)ctx.get_data("plan");
        var saved = ctx.get_saved_variables();
        var kept = saved[^1];
        var parts = new AttentionInputs(plan, [.. saved.SkipLast(1)]);
        var sizes = new AttentionSizes(plan, parts.Hidden, parts.Memory);
        int model = sizes.Model, inner = sizes.Inner;
        var memory = new AttentionMemory(kept, sizes);
        using var gradient = grad_output.contiguous();
        float* x = Fusion.Numbers(parts.Hidden);
        float* g = Fusion.Numbers(gradient);

        using var ofMixed = new NativeBuffer((long)sizes.QueryRows * inner);
        using var ofQueries = new NativeBuffer((long)sizes.QueryRows * inner);
        using var ofKeys = new NativeBuffer((long)sizes.KeyRows * inner);
        using var ofValues = new NativeBuffer((long)sizes.KeyRows * inner);
        using var ofScores = new NativeBuffer(sizes.Batch * plan.Heads * sizes.Scores);
        var (ofHidden, ofGain) = (empty_like(parts.Hidden), empty_like(parts.Gain));
        var (ofQuery, ofKey, ofValue, ofOutput) = (empty_like(parts.Query), empty_like(parts.Key), empty_like(parts.Value), empty_like(parts.Output));
        var ofMemory = parts.Memory is null ? null : empty_like(parts.Memory);
        var inside = new InsideGradients(ofMixed.Pointer, ofQueries.Pointer, ofKeys.Pointer, ofValues.Pointer, ofScores.Pointer);
        if (plan.InHalves)
        {
            var halves = new HalfAttention(Fusion.Threads, plan, sizes, parts, memory);
            halves.BackwardOutput(g, inside, ofOutput);
            AttendBackward(plan, sizes, memory, inside);
            halves.BackwardInputs(g, inside, (ofHidden, ofGain, ofMemory), (ofQuery, ofKey, ofValue));
        }
        else
        {
            using var ofSum = new NativeBuffer((long)sizes.QueryRows * model); // of the layer's output; later of the normed rows
            float* ofLayer = g;
            if (!plan.Output.IsNone)
                TeamPasses.Drop(Fusion.Threads, g, plan.Output, ofLayer = ofSum.Pointer, (long)sizes.QueryRows * model);
            Fusion.Multiply(model, inner, sizes.QueryRows, new Gemm.View(ofLayer, model).Transposed, new(memory.Mixed, inner), Fusion.View(ofOutput));
            Fusion.Multiply(sizes.QueryRows, inner, model, new(ofLayer, model), Fusion.View(parts.Output), new(ofMixed.Pointer, inner));
            AttendBackward(plan, sizes, memory, inside);

            using var normed = new NativeBuffer((long)sizes.QueryRows * model);
            TeamPasses.Scale(Fusion.Threads, x, Fusion.Numbers(parts.Gain), model, memory.Scales, sizes.QueryRows, normed.Pointer);
            var source = new Gemm.View(parts.Memory is null ? normed.Pointer : Fusion.Numbers(parts.Memory), model);
            Fusion.Multiply(inner, model, sizes.QueryRows, new Gemm.View(ofQueries.Pointer, inner).Transposed, new(normed.Pointer, model), Fusion.View(ofQuery));
            Fusion.Multiply(inner, model, sizes.KeyRows, new Gemm.View(ofKeys.Pointer, inner).Transposed, source, Fusion.View(ofKey));
            Fusion.Multiply(inner, model, sizes.KeyRows, new Gemm.View(ofValues.Pointer, inner).Transposed, source, Fusion.View(ofValue));

            Fusion.Multiply(sizes.QueryRows, model, inner, new(ofQueries.Pointer, inner), Fusion.View(parts.Query), new(ofSum.Pointer, model));
            var ofSource = new Gemm.View(ofMemory is null ? ofSum.Pointer : Fusion.Numbers(ofMemory), model);
            Fusion.Multiply(sizes.KeyRows, model, inner, new(ofKeys.Pointer, inner), Fusion.View(parts.Key), ofSource, add: ofMemory is null);
            Fusion.Multiply(sizes.KeyRows, model, inner, new(ofValues.Pointer, inner), Fusion.View(parts.Value), ofSource, add: true);
            TeamPasses.NormalizeBackward(Fusion.Threads, ofSum.Pointer, x, Fusion.Numbers(parts.Gain), memory.Scales, model, sizes.QueryRows, g, Fusion.Numbers(ofHidden), Fusion.Numbers(ofGain));
        }

        GC.KeepAlive(kept);

        List<Tensor> gradients = [null!, ofHidden, ofGain, ofQuery, ofKey, ofValue, ofOutput];
        if (plan.HasPosition)
            gradients.Add(((bool[])ctx.get_data("needs"))[6] ? OverRows(ofScores.Pointer, sizes, parts.Position!) : null!);
        if (plan.HasMask)
            gradients.Add(null!);
        if (ofMemory is not null)
            gradients.Add(ofMemory);
        return gradients;
    }

    /// <summary>The heads: scores, weights and what they mix of the values.</summary>
    private static void Attend(AttentionPlan plan, AttentionSizes sizes, AttentionInputs parts, AttentionMemory memory)
    {
        float* position = parts.Position is null ? null : Fusion.Numbers(parts.Position);
        float* mask = parts.Mask is null ? null : Fusion.Numbers(parts.Mask);
        ThreadTeam.Shared.ForEach(Fusion.Threads, sizes.Batch * plan.Heads, part =>
        {
            int row = part / plan.Heads, head = part % plan.Heads;
            float* weights = memory.Weights + (part * sizes.Scores);
            Multiply(plan, sizes.Query, sizes.Key, plan.HeadSize, sizes.QueryHead(memory.Queries, row, head), sizes.KeyHead(memory.Keys, row, head).Transposed, new(weights, sizes.Key));
            for (int query = 0; query < sizes.Query; query++)
            {
                float* bias = position is null ? null : position + ((((long)head * sizes.Query) + query) * sizes.Key);
                Kernels.Best.Softmax(weights + ((long)query * sizes.Key), bias, sizes.Key, mask is null ? null : mask + ((long)row * sizes.Key));
            }

            using var dropped = Dropped(plan, weights, part, sizes);
            Multiply(plan, sizes.Query, plan.HeadSize, sizes.Key, new(dropped is null ? weights : dropped.Pointer, sizes.Key), sizes.KeyHead(memory.Values, row, head), sizes.QueryHead(memory.Mixed, row, head));
        });
    }

    /// <summary>The gradients of queries, keys, values and scores from that of the mixed values.</summary>
    private static void AttendBackward(AttentionPlan plan, AttentionSizes sizes, AttentionMemory memory, InsideGradients of) =>
        ThreadTeam.Shared.ForEach(Fusion.Threads, sizes.Batch * plan.Heads, part =>
        {
            int row = part / plan.Heads, head = part % plan.Heads;
            float* weights = memory.Weights + (part * sizes.Scores);
            float* scores = of.Scores + (part * sizes.Scores);
            var mixed = sizes.QueryHead(of.Mixed, row, head);
            Multiply(plan, sizes.Query, sizes.Key, plan.HeadSize, mixed, sizes.KeyHead(memory.Values, row, head).Transposed, new(scores, sizes.Key));
            using (var dropped = Dropped(plan, weights, part, sizes))
                Multiply(plan, sizes.Key, plan.HeadSize, sizes.Query, new Gemm.View(dropped is null ? weights : dropped.Pointer, sizes.Key).Transposed, mixed, sizes.KeyHead(of.Values, row, head));
            if (!plan.Weights.IsNone)
                TeamPasses.Drop(scores, plan.Weights, part * sizes.Scores, scores, (int)sizes.Scores);
            for (int query = 0; query < sizes.Query; query++)
                Kernels.Best.SoftmaxBackward(weights + ((long)query * sizes.Key), scores + ((long)query * sizes.Key), sizes.Key);
            Multiply(plan, sizes.Query, plan.HeadSize, sizes.Key, new(scores, sizes.Key), sizes.KeyHead(memory.Keys, row, head), sizes.QueryHead(of.Queries, row, head));
            Multiply(plan, sizes.Key, plan.HeadSize, sizes.Query, new Gemm.View(scores, sizes.Key).Transposed, sizes.QueryHead(memory.Queries, row, head), sizes.KeyHead(of.Keys, row, head));
        });

    /// <summary>A head's product, on the calling thread.</summary>
    private static void Multiply(AttentionPlan plan, int m, int n, int k, Gemm.View a, Gemm.View b, Gemm.View c)
    {
        if (plan.InHalves)
            HalfGemm.Multiply(m, n, k, a, b, c);
        else
            Gemm.Multiply(m, n, k, a, b, c);
    }

    /// <summary>The scores' gradients of all rows added up: that of the position bias, which all share.</summary>
    private static Tensor OverRows(float* ofScores, AttentionSizes sizes, Tensor position)
    {
        var sum = empty_like(position);
        float* target = Fusion.Numbers(sum);
        long each = sum.numel();
        ThreadTeam.Shared.ForRanges(Fusion.Threads, each, 1 << 12, (from, to) =>
        {
            int count = (int)(to - from);
            new Span<float>(ofScores + from, count).CopyTo(new Span<float>(target + from, count));
            for (int row = 1; row < sizes.Batch; row++)
                Kernels.Best.Add(target + from, ofScores + (row * each) + from, target + from, count);
        });
        return sum;
    }

    /// <summary>The weights of one row and head after dropout, or null where there is none.</summary>
    private static NativeBuffer? Dropped(AttentionPlan plan, float* weights, int part, AttentionSizes sizes)
    {
        if (plan.Weights.IsNone)
            return null;
        var dropped = new NativeBuffer(sizes.Scores);
        TeamPasses.Drop(weights, plan.Weights, part * sizes.Scores, dropped.Pointer, (int)sizes.Scores);
        return dropped;
    }
}
