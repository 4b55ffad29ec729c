using SciCoT.Distributed;

namespace SciCoT.Tests.Distributed;

public class ProcessGroupTests
{
    [Fact]
    public async Task Single_LeavesEverythingAsItIs()
    {
        using var group = ProcessGroup.Single;
        float[] floats = [1, 2];
        double[] doubles = [3];
        byte[] bytes = [4, 5];

        group.AllReduce(floats);
        await group.AllReduceAsync([floats]);
        group.AllReduce(doubles);
        group.Broadcast(bytes, 0);
        group.Barrier();

        Assert.Equal((0, 1), (group.Rank, group.Size));
        Assert.Equal([1, 2], floats);
        Assert.Equal([3], doubles);
        Assert.Equal([4, 5], Assert.Single(group.AllGather(bytes)));
        Assert.Throws<ArgumentOutOfRangeException>(() => group.Broadcast(bytes, 1));
    }
}
