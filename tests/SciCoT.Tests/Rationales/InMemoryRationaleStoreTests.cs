using SciCoT.Rationales;

namespace SciCoT.Tests.Rationales;

public sealed class InMemoryRationaleStoreTests : RationaleStoreConformance
{
    [Fact]
    public async Task Records_OfOneKey_CountOnce()
    {
        var store = new InMemoryRationaleStore([Records.Sample(0), Records.Sample(0) with { Rationale = "later" }, Records.Sample(1)]);

        Assert.Equal([Records.Sample(0), Records.Sample(1)], await store.ReadAllAsync(Token).ToListAsync(Token));
    }

    private protected override ValueTask<IRationaleStore> OpenAsync() => new(new InMemoryRationaleStore());
}
