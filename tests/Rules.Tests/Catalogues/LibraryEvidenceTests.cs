using System.ComponentModel;
using System.Diagnostics;
using MigrateCleanup.Engine.Ownership;
using Xunit;

namespace MigrateCleanup.Rules.Tests.Catalogues;

/// <summary>
/// What <c>posix.json</c> and <c>glib.json</c> claim, tried on the real libraries, each call in a process of its own.
/// Where there is no compiler, no such library, or no such function in its version, there is nothing to try.
/// </summary>
public sealed class LibraryEvidenceTests : IDisposable
{
    private const int NotThere = 77;

    /// <summary>Calls one function of a library: LIBRARY FUNCTION CASE.</summary>
    private const string Program = """
        #define _GNU_SOURCE
        #include <dlfcn.h>
        #include <stdint.h>
        #include <string.h>

        int main(int argc, char **argv)
        {
            void *library = argc == 4 ? dlopen(argv[1], RTLD_NOW | RTLD_GLOBAL) : 0;
            void *(*function)(void *, void *) = library ? (void *(*)(void *, void *))dlsym(library, argv[2]) : 0;
            void *nothing = 0;

            if (!function)
                return 77;

            if (!strcmp(argv[3], "nothing"))
                function(nothing, nothing);
            else if (!strcmp(argv[3], "address-of-nothing"))
                function(&nothing, nothing);
            else if (!strcmp(argv[3], "gives-nothing-for-nothing"))
                return function(nothing, (void *)1) ? 1 : 0;
            else if (!strcmp(argv[3], "nothing-fails"))
                return ((int (*)(int))function)(-1) == -1 ? 0 : 1;
            else if (!strcmp(argv[3], "huge"))
                return function((void *)(SIZE_MAX / 2), (void *)1) ? 1 : 0;

            return 0;
        }
        """;

    private static readonly string[] Libraries = ["libc.so.6", "libglib-2.0.so.0", "libgobject-2.0.so.0"];

    private readonly string _directory = Directory.CreateTempSubdirectory("evidence-").FullName;
    private readonly string? _program;

    public LibraryEvidenceTests()
    {
        var file = Path.Combine(_directory, "call");
        File.WriteAllText(file + ".c", Program);
        _program = Start("gcc", "-w", "-o", file, file + ".c", "-ldl") == 0 ? file : null;
    }

    public static TheoryData<string> IgnoringEmpty() =>
        [.. Releasers().Where(r => r is { IgnoresEmpty: true, Clears: false }).Select(r => r.Callee)];

    public static TheoryData<string> FailingOnEmpty() => [.. Releasers().Where(r => r.FailsOnEmpty).Select(r => r.Callee)];

    public static TheoryData<string> Clearing() => [.. Releasers().Where(r => r is { IgnoresEmpty: true, Clears: true }).Select(r => r.Callee)];

    public static TheoryData<string> EmptyForNothing() => [.. Acquirers().Where(a => a.EmptyFor is [0]).Select(a => a.Callee).Where(c => !IsMacro(c))];

    [Theory]
    [MemberData(nameof(IgnoringEmpty))]
    public void Releasing_nothing_does_nothing(string callee) => Assert.Contains(Call(callee, "nothing"), new int?[] { 0, NotThere, null });

    [Theory]
    [MemberData(nameof(Clearing))]
    public void Emptying_what_is_empty_does_nothing(string callee) =>
        Assert.Contains(Call(callee, "address-of-nothing"), new int?[] { 0, NotThere, null });

    [Theory]
    [MemberData(nameof(EmptyForNothing))]
    public void A_copy_of_nothing_is_nothing(string callee) =>
        Assert.Contains(Call(callee, "gives-nothing-for-nothing"), new int?[] { 0, NotThere, null });

    [Theory]
    [MemberData(nameof(FailingOnEmpty))]
    public void Releasing_nothing_fails_and_does_nothing_else(string callee) =>
        Assert.Contains(Call(callee, "nothing-fails"), new int?[] { 0, NotThere, null });

    [Theory]
    [InlineData("fclose")]
    [InlineData("g_error_free")]
    [InlineData("g_object_unref")]
    [InlineData("g_hash_table_unref")]
    [InlineData("g_variant_unref")]
    [InlineData("g_key_file_unref")]
    public void These_mind_the_empty_value(string callee)
    {
        Assert.DoesNotContain(Releasers(), r => r.Callee == callee && r.IgnoresEmpty);
        Assert.NotEqual(0, Call(callee, "nothing"));
    }

    [Theory]
    [InlineData("g_malloc")]
    [InlineData("g_malloc0")]
    public void GLib_ends_the_program_when_there_is_no_memory(string callee)
    {
        Assert.Equal(FailureMode.Aborts, Acquirers().Single(a => a.Callee == callee).OnFailure);
        Assert.DoesNotContain(Call(callee, "huge"), new int?[] { 0, 1 });
    }

    [Theory]
    [InlineData("malloc")]
    [InlineData("g_try_malloc")]
    public void Others_hand_out_nothing(string callee)
    {
        Assert.Equal(FailureMode.Empty, Acquirers().First(a => a.Callee == callee).OnFailure);
        Assert.Contains(Call(callee, "huge"), new int?[] { 0, NotThere, null });
    }

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    private static bool IsMacro(string callee) => callee is "g_new" or "g_new0" or "g_renew";

    private static IEnumerable<Resource> Resources() =>
        new[] { "catalogues/posix.json", "catalogues/glib.json" }.SelectMany(f => CatalogueFile.Read(f, Catalog.TextOf(f)!).Facts.Resources);

    private static IEnumerable<Releaser> Releasers() => Resources().SelectMany(r => r.Releasers).DistinctBy(r => r.Callee);

    private static IEnumerable<Acquirer> Acquirers() => Resources().SelectMany(r => r.Acquirers);

    /// <summary>The exit code of the first library's function of this name; null where nothing can be tried.</summary>
    private int? Call(string callee, string @case)
    {
        if (_program is null)
            return null;

        return Libraries.Select(l => Start(_program, l, callee, @case)).FirstOrDefault(c => c != NotThere, NotThere);
    }

    private static int? Start(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program) { RedirectStandardError = true, UseShellExecute = false };
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);

        // What GLib only complains about is a fault, too.
        start.Environment["G_DEBUG"] = "fatal-criticals";
        try
        {
            using var process = Process.Start(start)!;
            process.StandardError.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode;
        }
        catch (Win32Exception)
        {
            return null;
        }
    }
}
