using SciCoT.Distillation;
using SciCoT.Rationales;
using SciCoT.Training;

namespace SciCoT.Tests.Distillation;

public class RationaleSourceTests
{
    /// <summary>One recommendation: the library, a study, the settings of the tool and of hosts say the same.</summary>
    [Fact]
    public void Defaults_OfLibraryStudyAndTool_AreTheSameRecommendation()
    {
        var plan = new StudentPlan(StudentBase.FromCheckpoint("base"), new TrainingOptions());
        var library = new DistillationOptions { RationaleStudent = plan, AnswerStudent = plan };
        var tool = new DistillationSettings();

        Assert.Equal(RationaleSource.Student, library.AnswerRationales);
        Assert.True(library.AnswerStudentContinuesRationaleStudent);
        Assert.Equal((library.AnswerRationales.Author, library.AnswerStudentContinuesRationaleStudent), (tool.AnswerRationales, tool.ContinueStudent));
        Assert.True(new AblationOptions { Annotation = new() { Teacher = "t" }, RationaleStudent = plan, AnswerStudent = plan }.AnswerStudentContinuesRationaleStudent);
    }

    [Fact]
    public void AnswerStudentOfAnotherBase_IsNotSilentlyReplacedByTheRationaleStudent()
    {
        var small = new StudentPlan(StudentBase.FromCheckpoint("small"), new TrainingOptions());
        var options = new DistillationOptions { RationaleStudent = small, AnswerStudent = small with { Base = StudentBase.FromCheckpoint("large") } };

        var exception = Assert.Throws<ArgumentException>(() => new DistillationEngine(new InMemoryRationaleStore([]), options));

        Assert.Contains("'large'", exception.Message);
        _ = new DistillationEngine(new InMemoryRationaleStore([]), options with { AnswerStudentContinuesRationaleStudent = false });
    }

    [Fact]
    public void Text_SaysAllThatIsNotUsual()
    {
        Assert.Equal("teacher's rationales", RationaleSource.Teacher.ToString());
        Assert.Equal("own rationales, 3 a question at temperature 0.7", (RationaleSource.Student with { PerQuestion = 3, Temperature = 0.7 }).ToString());
        Assert.Equal("cross-fitted rationales (2 folds), 25 % teacher's, 10 % dropped", (RationaleSource.CrossFitted with { Folds = 2, TeacherShare = 0.25, Dropout = 0.1 }).ToString());
    }

    public static TheoryData<RationaleSource, string> Wrong => new()
    {
        { RationaleSource.CrossFitted with { Folds = 1 }, "Folds" },
        { RationaleSource.Student with { TeacherShare = 1.2 }, "TeacherShare" },
        { RationaleSource.Teacher with { TeacherShare = 0.5 }, "TeacherShare" },
        { RationaleSource.Student with { Dropout = -0.1 }, "Dropout" },
        { RationaleSource.Student with { PerQuestion = 0 }, "PerQuestion" },
        { RationaleSource.Teacher with { PerQuestion = 2 }, "PerQuestion" },
        { RationaleSource.Student with { Temperature = double.NaN }, "Temperature" },
        { new RationaleSource { Author = (RationaleAuthor)9 }, "Author" },
    };

    [Theory]
    [MemberData(nameof(Wrong), DisableDiscoveryEnumeration = true)]
    public void Validate_NamesWhatIsWrong(RationaleSource source, string property) =>
        Assert.Contains($"RationaleSource.{property} ", Assert.Throws<ArgumentException>(source.Validate).Message);
}
