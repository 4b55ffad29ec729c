namespace SciCoT.Fused;

/// <summary>Gradients inside an attention layer, each laid out as what it belongs to.</summary>
internal readonly unsafe struct InsideGradients(float* mixed, float* queries, float* keys, float* values, float* scores)
{
    public float* Mixed => mixed; // [query rows, inner]

    public float* Queries => queries; // [query rows, inner]

    public float* Keys => keys; // [key rows, inner]

    public float* Values => values; // [key rows, inner]

    public float* Scores => scores; // [batch, heads, query, key]
}
