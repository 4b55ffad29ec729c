using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using SciCoT.DependencyInjection;
using SciCoT.Teaching;
using SciCoT.Tests.Pipeline;
using SciCoT.Tests.Teaching;

namespace SciCoT.Tests.DependencyInjection;

public class AddSciCoTTests
{
    [Fact]
    public async Task OwnStudents_NeedNoModelDirectory()
    {
        var services = new ServiceCollection();
        services.AddSciCoT()
            .UseRationaleStudent(_ => new EchoRationaleStudent())
            .UseAnswerStudent(_ => new MentionAnswerStudent());
        await using var provider = services.BuildServiceProvider();

        var answer = await provider.GetRequiredService<ISciCoTPipeline>()
            .AnswerAsync("Does copper conduct? (A) rubber (B) copper", TestContext.Current.CancellationToken);

        Assert.Equal("copper", answer.Text);
    }

    [Fact]
    public void Pipeline_IsOnePerHost()
    {
        var services = new ServiceCollection();
        services.AddSciCoT().UseRationaleStudent(_ => new EchoRationaleStudent()).UseAnswerStudent(_ => new MentionAnswerStudent());
        using var provider = services.BuildServiceProvider();

        Assert.Same(provider.GetRequiredService<ISciCoTPipeline>(), provider.GetRequiredService<ISciCoTPipeline>());
    }

    public static TheoryData<string, Action<SciCoTOptions>> WrongOptions => new()
    {
        { nameof(SciCoTOptions.ModelDirectory), _ => { } },
        { nameof(SciCoTOptions.ModelDirectory), o => o.ModelDirectory = "no-such-folder" },
        { nameof(SciCoTOptions.Device), o => o.Device = "gpu7" },
        { nameof(SciCoTOptions.BatchSize), o => o.BatchSize = 0 },
        { nameof(SciCoTOptions.MaxRationaleTokens), o => o.MaxRationaleTokens = -1 },
        { nameof(SciCoTOptions.MaxBatchWait), o => o.MaxBatchWait = TimeSpan.FromSeconds(2) },
        { nameof(SciCoTOptions.MaxBatchWait), o => o.MaxBatchWait = TimeSpan.FromTicks(-1) },
        { nameof(SciCoTOptions.QueueCapacity), o => o.QueueCapacity = 0 },
        { nameof(SciCoTOptions.RationaleSamples), o => o.RationaleSamples = 65 },
        { nameof(SciCoTOptions.SamplingTemperature), o => o.SamplingTemperature = double.NaN },
    };

    [Theory]
    [MemberData(nameof(WrongOptions), DisableDiscoveryEnumeration = true)]
    public void WrongOption_IsNamed(string option, Action<SciCoTOptions> configure)
    {
        var services = new ServiceCollection();
        services.AddSciCoT(configure);
        using var provider = services.BuildServiceProvider();

        var exception = Assert.Throws<OptionsValidationException>(() => provider.GetRequiredService<ISciCoTPipeline>());

        Assert.Contains(exception.Failures, failure => failure.StartsWith(option, StringComparison.Ordinal));
    }

    [Fact]
    public void WrongOption_StopsTheHostAtStart()
    {
        var services = new ServiceCollection();
        services.AddSciCoT(o => o.BatchSize = 0);
        using var provider = services.BuildServiceProvider();

        Assert.Throws<OptionsValidationException>(() => provider.GetRequiredService<IStartupValidator>().Validate());
    }

    [Fact]
    public void OneOwnStudent_StillNeedsTheModelDirectory()
    {
        var services = new ServiceCollection();
        services.AddSciCoT().UseRationaleStudent(_ => new EchoRationaleStudent());
        using var provider = services.BuildServiceProvider();

        Assert.Throws<OptionsValidationException>(() => provider.GetRequiredService<IAnswerStudent>());
    }

    [Fact]
    public void RationaleSamples_OwnStudentThatCannotSample_IsRefused()
    {
        var services = new ServiceCollection();
        services.AddSciCoT(o => o.RationaleSamples = 5).UseRationaleStudent(_ => new EchoRationaleStudent()).UseAnswerStudent(_ => new MentionAnswerStudent());
        using var provider = services.BuildServiceProvider();

        Assert.Throws<ArgumentException>(() => provider.GetRequiredService<ISciCoTPipeline>());
    }

    [Fact]
    public void Teacher_CanBeRegistered()
    {
        var teacher = new SilentTeacher();
        var services = new ServiceCollection();
        services.AddSciCoT().UseTeacher(_ => teacher);
        using var provider = services.BuildServiceProvider();

        Assert.Same(teacher, provider.GetRequiredService<ITeacherPrompter>());
    }

    [Fact]
    public async Task Teacher_WithLayers_HasThemAroundIt()
    {
        var services = new ServiceCollection();
        services.AddSciCoT().UseTeacher(_ => new SilentTeacher(), teacher => teacher.Use(inner => new NamedTeacher(inner)).UseBudget(new TeacherBudget { MaxTokens = 1 }));
        await using var provider = services.BuildServiceProvider();
        var teacher = provider.GetRequiredService<ITeacherPrompter>();
        var request = new TeacherRequest(ScienceQuestion.Create("Why?"));

        Assert.Equal("named", (await teacher.ExplainAsync(request, TestContext.Current.CancellationToken)).Teacher);
        await Assert.ThrowsAsync<BudgetExhaustedException>(() => teacher.ExplainAsync(request, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task ChatTeacher_TakesTheHostsClient()
    {
        var services = new ServiceCollection();
        services.AddSingleton<Microsoft.Extensions.AI.IChatClient>(new FakeChatClient("Light is needed.\nSo the answer is (A)."));
        services.AddSciCoT().UseChatTeacher(new() { Name = "mine" }, teacher => teacher.UseRetry());
        await using var provider = services.BuildServiceProvider();

        var reply = await provider.GetRequiredService<ITeacherPrompter>().ExplainAsync(new(ScienceQuestion.Create("What do plants need?", "light", "sand")), TestContext.Current.CancellationToken);

        Assert.Equal(("mine", "A"), (reply.Teacher, reply.AnswerLabel));
        Assert.Equal(reply.PromptHash, AnnotationSettings.For(provider.GetRequiredService<ChatClientTeacher>()).PromptHash);
    }

    private sealed class NamedTeacher(ITeacherPrompter inner) : DelegatingTeacher(inner)
    {
        public override async Task<TeacherReply> ExplainAsync(TeacherRequest request, CancellationToken cancellationToken = default) =>
            await base.ExplainAsync(request, cancellationToken) with { Teacher = "named" };
    }

    private sealed class SilentTeacher : ITeacherPrompter
    {
        public Task<TeacherReply> ExplainAsync(TeacherRequest request, CancellationToken cancellationToken = default) =>
            Task.FromResult(new TeacherReply("", null) { Teacher = "silent", FinishReason = TeacherFinishReason.Empty });
    }
}
