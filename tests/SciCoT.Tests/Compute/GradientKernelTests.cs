using SciCoT.Compute;

namespace SciCoT.Tests.Compute;

/// <summary>Gradients of the kernels against differences of the kernels themselves, in every width.</summary>
public unsafe class GradientKernelTests
{
    private const float Step = 1e-2f;

    public static TheoryData<int, int> Sizes
    {
        get
        {
            var data = new TheoryData<int, int>();
            for (int width = 0; width < Kernels.All.Count; width++)
            {
                foreach (int size in new[] { 1, 3, 16, 21, 40 })
                    data.Add(width, size);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void SoftmaxBackward_IsTheSlopeOfSoftmax(int width, int size)
    {
        float[] scores = Numbers(size, 1), weight = Numbers(size, 2), mask = Numbers(size, 3), y = [.. scores], gradient = [.. weight];
        fixed (float* py = y, pg = gradient, pm = mask)
        {
            Kernels.All[width].Softmax(py, null, size, pm);
            Kernels.All[width].SoftmaxBackward(py, pg, size);
        }

        AssertSlope(scores, gradient, x =>
        {
            var own = x.ToArray();
            fixed (float* p = own, pm = mask)
                Kernels.All[width].Softmax(p, null, size, pm);
            return own.Zip(weight).Sum(pair => (double)pair.First * pair.Second);
        });
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void NormalizeBackward_IsTheSlopeOfNormalize(int width, int size)
    {
        float[] x = Numbers(size, 1), gain = Numbers(size, 2), weight = Numbers(size, 3), residual = Numbers(size, 4);
        float[] y = new float[size], target = new float[size], ofGain = new float[size];
        fixed (float* px = x, pg = gain, pw = weight, pr = residual, py = y, pt = target, po = ofGain)
        {
            float scale = Kernels.All[width].Normalize(px, pg, size, 0.1f, py);
            Kernels.All[width].NormalizeBackward(pw, px, pg, scale, size, pr, pt, po);
            float[] again = new float[size];
            fixed (float* pa = again)
                Kernels.All[width].Scale(px, pg, size, scale, pa);
            Assert.Equal(y, again);
        }

        AssertSlope(x, [.. target.Zip(residual).Select(pair => pair.First - pair.Second)], changed => Sum(changed, gain));
        AssertSlope(gain, ofGain, changed => Sum(x, changed));

        double Sum(float[] values, float[] gains)
        {
            var own = new float[size];
            fixed (float* px = values, pg = gains, po = own)
                Kernels.All[width].Normalize(px, pg, size, 0.1f, po);
            return own.Zip(weight).Sum(pair => (double)pair.First * pair.Second);
        }
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void ActivateBackward_IsTheSlopeOfActivate(int width, int size)
    {
        foreach (var activation in Enum.GetValues<Activation>())
        {
            float[] x = [.. Numbers(size, 1).Select(value => (8 * value) + MathF.CopySign(2 * Step, value))]; // not where the slope jumps
            float[] gate = Numbers(size, 2), weight = Numbers(size, 3), gradient = [.. weight], ofGate = new float[size], y = new float[size];
            fixed (float* px = x, pg = gate, pd = gradient, po = ofGate, py = y)
                Kernels.All[width].ActivateBackward(activation, px, pg, pd, po, py, size);

            Assert.Equal(Activate(x, gate), y);
            AssertSlope(x, gradient, changed => Sum(changed, gate));
            AssertSlope(gate, ofGate, changed => Sum(x, changed));

            float[] Activate(float[] values, float[] gates)
            {
                var own = new float[size];
                fixed (float* px = values, pg = gates, po = own)
                    Kernels.All[width].Activate(activation, px, pg, po, size);
                return own;
            }

            double Sum(float[] values, float[] gates) => Activate(values, gates).Zip(weight).Sum(pair => (double)pair.First * pair.Second);
        }
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void AddAndMultiply_NumberByNumber_AndNothingBehindThem(int width, int size)
    {
        float[] a = Numbers(size, 1), b = Numbers(size, 2), sum = [.. new float[size], 7], product = [.. new float[size], 7];
        fixed (float* pa = a, pb = b, ps = sum, pp = product)
        {
            Kernels.All[width].Add(pa, pb, ps, size);
            Kernels.All[width].MultiplyEach(pa, pb, pp, size);
        }

        Assert.Equal([.. a.Zip(b).Select(pair => pair.First + pair.Second), 7], sum);
        Assert.Equal([.. a.Zip(b).Select(pair => pair.First * pair.Second), 7], product);
    }

    private static void AssertSlope(float[] at, float[] gradient, Func<float[], double> function)
    {
        for (int i = 0; i < at.Length; i++)
        {
            float[] above = [.. at], below = [.. at];
            above[i] += Step;
            below[i] -= Step;
            Assert.Equal((function(above) - function(below)) / (above[i] - below[i]), gradient[i], 1e-3);
        }
    }

    private static float[] Numbers(int count, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => random.NextSingle() - 0.5f)];
    }
}
