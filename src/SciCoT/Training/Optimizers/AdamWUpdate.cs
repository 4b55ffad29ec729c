using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace SciCoT.Training.Optimizers;

/// <summary>The constants of one update of AdamW, and the update of some numbers.</summary>
internal sealed unsafe class AdamWUpdate(int step, double learningRate, double beta1, double beta2, double epsilon, double weightDecay, double gradientScale)
{
    private readonly float _keep = (float)(1 - (learningRate * weightDecay));
    private readonly float _first = (float)(1 - beta1);
    private readonly float _second = (float)beta2;
    private readonly float _square = (float)(1 - beta2);
    private readonly float _step = (float)(learningRate / (1 - Math.Pow(beta1, step)));
    private readonly float _correction = (float)Math.Sqrt(1 - Math.Pow(beta2, step));
    private readonly float _epsilon = (float)epsilon;
    private readonly float _scale = (float)gradientScale;

    /// <summary>Updates parameters and moments.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Apply(float* parameters, float* gradients, float* first, float* second, int count)
    {
        int width = Vector512<float>.Count, i = 0;
        for (; i <= count - width; i += width)
        {
            Vector512<float> p = Vector512.Load(parameters + i), m = Vector512.Load(first + i), v = Vector512.Load(second + i);
            One(ref p, Vector512.Load(gradients + i), ref m, ref v);
            Vector512.Store(m, first + i);
            Vector512.Store(v, second + i);
            Vector512.Store(p, parameters + i);
        }

        for (; i < count; i++)
        {
            Vector512<float> p = Vector512.CreateScalar(parameters[i]), m = Vector512.CreateScalar(first[i]), v = Vector512.CreateScalar(second[i]);
            One(ref p, Vector512.CreateScalar(gradients[i]), ref m, ref v);
            (parameters[i], first[i], second[i]) = (p[0], m[0], v[0]);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void One(ref Vector512<float> p, Vector512<float> g, ref Vector512<float> m, ref Vector512<float> v)
    {
        g *= Vector512.Create(_scale);
        m += Vector512.Create(_first) * (g - m);
        v = (v * Vector512.Create(_second)) + (Vector512.Create(_square) * g * g);
        var divisor = (Vector512.Sqrt(v) / Vector512.Create(_correction)) + Vector512.Create(_epsilon);
        p = (p * Vector512.Create(_keep)) - (Vector512.Create(_step) * (m / divisor));
    }
}
