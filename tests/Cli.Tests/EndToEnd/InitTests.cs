namespace MigrateCleanup.Cli.Tests.EndToEnd;

public sealed class InitTests : IDisposable
{
    private readonly Scratch _scratch = new();

    [Fact]
    public void PairsAreFoundWithEvidenceAndTheConfigurationWorks()
    {
        for (var i = 0; i < 4; i++)
        {
            _scratch.Write($"src/{i}.c", $$"""
                int use{{i}}(void)
                {
                    struct session *s = session_open("x"); /* s = other(); */
                    int n = session_ask(s);
                    session_close(s);
                    return n;
                }

                """);
        }

        _scratch.Write("third_party/x.c", "int other(void) { return 0; }\n");
        var result = Tool.Run(_scratch, "init", ".");
        Assert.Equal(0, result.ExitCode);
        Assert.Contains("session_open .. session_close: 4 variables", result.Output, StringComparison.Ordinal);
        Assert.Contains("left out    third_party", result.Output, StringComparison.Ordinal);
        var text = _scratch.Text("migrate-cleanup.json");
        Assert.Contains("    // 4 variables go from session_open to session_close, one of them at src/0.c:5\n    { \"acquire\": [\"session_open\"], \"release\": [\"session_close\"] },\n", text, StringComparison.Ordinal);
        Assert.Contains("\"exclude\": [\"third_party/**\"]", text, StringComparison.Ordinal);
        Assert.Contains("\n  \"style\": \"attribute\",\n", text, StringComparison.Ordinal);
        Assert.Contains("style       attribute, which works anywhere, as the code shows none: the compiler's cleanup attribute", result.Output, StringComparison.Ordinal);
        Assert.Equal(0, Tool.Run(_scratch, "status", ".").ExitCode);
    }

    [Fact]
    public void NativeFunctionsOfCSharpAreNamedByTheirLibrary()
    {
        var uses = string.Concat(Enumerable.Range(0, 3).Select(i => $"    void Use{i}() {{ var h = Native.OpenThing(); Native.CloseThing(h); }}\n"));
        _scratch.Write("A.cs", "using System.Runtime.InteropServices;\nclass A\n{\n" + uses + "}\n" + """
            static class Native
            {
                [DllImport("x", EntryPoint = "open_thing")] public static extern System.IntPtr OpenThing();
                [DllImport("x")] public static extern void CloseThing(System.IntPtr thing);
            }

            """);
        Assert.Equal(0, Tool.Run(_scratch, "init", ".").ExitCode);
        Assert.Contains("{ \"acquire\": [\"native:open_thing\"], \"release\": [\"native:CloseThing\"] },", _scratch.Text("migrate-cleanup.json"), StringComparison.Ordinal);
        Assert.Equal(0, Tool.Run(_scratch, "check", ".").ExitCode);
    }

    [Fact]
    public void AConfigurationIsNeverOverwrittenUnasked()
    {
        _scratch.Write("A.cs", Code.Clean);
        _scratch.Write("migrate-cleanup.json", "mine");
        var result = Tool.Run(_scratch, "init", ".");
        Assert.Equal(2, result.ExitCode);
        Assert.Contains("--force", Assert.Single(result.ErrorLines), StringComparison.Ordinal);
        Assert.Equal("mine", _scratch.Text("migrate-cleanup.json"));
        Assert.Equal(0, Tool.Run(_scratch, "init", ".", "--force").ExitCode);
        Assert.StartsWith("// Configuration", _scratch.Text("migrate-cleanup.json"), StringComparison.Ordinal);
    }

    [Fact]
    public void WithoutSourcesThereIsNothingToLookAt()
    {
        _scratch.Write("readme.txt", "");
        Assert.Equal(3, Tool.Run(_scratch, "init", ".").ExitCode);
        Assert.False(File.Exists(_scratch["migrate-cleanup.json"]));
    }

    public void Dispose() => _scratch.Dispose();
}
