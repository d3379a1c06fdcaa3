namespace KinescopePS.Tests;

public class RuntimeTests
{
    [Fact]
    public void The_tests_run_on_the_runtime_they_were_built_for()
    {
#if NET10_0
        const int Expected = 10;
#else
        const int Expected = 8;
#endif
        Assert.Equal(Expected, Environment.Version.Major);
    }
}
