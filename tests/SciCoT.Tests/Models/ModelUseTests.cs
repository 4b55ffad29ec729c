using SciCoT.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace SciCoT.Tests.Models;

/// <summary>No weights are freed or exchanged under a thread that reads them.</summary>
public sealed class ModelUseTests
{
    private readonly ModelUse _use = new();
    private int _freed;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Close_WaitsForLeasesOfOtherThreads()
    {
        var lease = _use.Enter(this);
        var closing = Task.Run(() => _use.Close(() => _freed++), Token);
        SpinWait.SpinUntil(() => _use.IsClosed);

        Assert.Equal(0, _freed);
        Assert.False(closing.IsCompleted);

        lease.Dispose();
        await closing;
        Assert.Equal(1, _freed);
    }

    [Fact]
    public void Close_InsideALease_LeavesFreeingToItsEnd()
    {
        using (_use.Enter(this))
        {
            _use.Close(() => _freed++);
            Assert.Equal(0, _freed);
            Assert.Throws<ObjectDisposedException>(() => _use.Enter(this));
        }

        Assert.Equal(1, _freed);
    }

    [Fact]
    public async Task Close_ByManyThreads_FreesOnceAndReturnsAfterwards()
    {
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(
            () =>
            {
                _use.Close(() => Interlocked.Increment(ref _freed));
                Assert.Equal(1, _freed);
            },
            Token)));

        Assert.Equal(1, _freed);
    }

    [Fact]
    public async Task EnterAlone_WaitsForReadersAndKeepsThemOut()
    {
        var lease = _use.Enter(this);
        int order = 0;
        var change = Task.Run(
            () =>
            {
                using (_use.EnterAlone(this, evenIfClosed: false))
                {
                    Assert.Equal(1, Interlocked.Increment(ref order));
                    using (_use.Enter(this))
                    using (_use.EnterAlone(this, evenIfClosed: false))
                        Thread.Sleep(20);
                    Assert.Equal(2, Interlocked.Increment(ref order));
                }
            },
            Token);
        lease.Dispose();
        SpinWait.SpinUntil(() => Volatile.Read(ref order) > 0);
        using (_use.Enter(this))
            Assert.Equal(3, Interlocked.Increment(ref order));

        await change;
    }

    [Fact]
    public void AfterDispose_EveryMember_SaysSo()
    {
        var model = TinyModel.Create(TinyModel.Config);
        model.Dispose();
        model.Dispose();
        using var ids = ones(1, 2, dtype: ScalarType.Int64);

        Action[] members =
        [
            () => model.forward(ids, ids, ids), () => model.Encode(ids, ids), () => model.Loss(ids, ids, ids), () => model.Save("nowhere"), () => _ = model.Device, () => _ = model.Precision,
            () => model.train(), () => model.zero_grad(), () => model.to(ScalarType.BFloat16), () => _ = model.training, () => LoraAdapter.Attach(model, new LoraConfig(), 1),
            () => new SciCoT.Generation.TextGenerator(model).Generate(ids, ids, new(), Token), () => new SciCoT.Generation.ChoiceScorer(model).Score(ids, ids, [[[1]]], cancellationToken: Token),
        ];
        Assert.All(members, member => Assert.Throws<ObjectDisposedException>(member));
    }

    [Fact]
    public void MovedUnderACall_EndsTheCall()
    {
        using var model = TinyModel.Create(TinyModel.Config);
        using var ids = ones(1, 4, dtype: ScalarType.Int64);
        var options = new SciCoT.Generation.GenerationOptions { MaxNewTokens = 8, MinNewTokens = 8 };

        var e = Assert.Throws<InvalidOperationException>(() => new SciCoT.Generation.TextGenerator(model).Generate(ids, ids, options, (_, _) => model.to(ScalarType.BFloat16), Token));

        Assert.Contains("moved", e.Message);
    }

    [Fact]
    public void DisposedInACallback_EndsTheCall()
    {
        var model = TinyModel.Create(TinyModel.Config);
        using var ids = ones(1, 4, dtype: ScalarType.Int64);
        var options = new SciCoT.Generation.GenerationOptions { MaxNewTokens = 8, MinNewTokens = 8 };

        Assert.Throws<ObjectDisposedException>(() => new SciCoT.Generation.TextGenerator(model).Generate(ids, ids, options, (_, _) => model.Dispose(), Token));
    }

    [Fact]
    public void AdapterThatOutlivesItsModel_IsDisposedOfQuietly()
    {
        var model = TinyModel.Create(TinyModel.Config);
        var adapter = LoraAdapter.Attach(model, new LoraConfig { Rank = 2 }, seed: 1);

        model.Dispose();

        Assert.Throws<ObjectDisposedException>(adapter.Merge);
        adapter.Dispose();
        adapter.Dispose();
    }
}
