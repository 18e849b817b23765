namespace MigrateCleanup.Cli.Tests.EndToEnd;

/// <summary>Where a guard that is a variable is declared follows from where the codebase declares its variables.</summary>
public sealed class DeclarationHabitTests : IDisposable
{
    private readonly Scratch _scratch = new();

    public void Dispose() => _scratch.Dispose();

    private const string Locking = """
        #include <glib.h>

        struct counter {
            GMutex lock;
            int count;
        };
        void prepare(struct counter *counter);
        G_DEFINE_AUTOPTR_CLEANUP_FUNC(GString, g_string_unref)

        int next(struct counter *counter)
        {
            int count;

            prepare(counter);

            g_mutex_lock(&counter->lock);
            count = ++counter->count;
            g_mutex_unlock(&counter->lock);

            return count;
        }

        """;

    /// <summary>Nearly everywhere declarations come first: a compiler may be told to warn of others.</summary>
    [Fact]
    public void AGuardIsDeclaredFirstWhereAllIs()
    {
        _scratch.Write("counter.c", Locking);
        _scratch.Write("others.c", string.Concat(Enumerable.Range(0, 60).Select(i => $"int f{i}(int n)\n{{\n    int m = n;\n\n    m += {i};\n    return m;\n}}\n\n")));
        _scratch.Committed();

        var diff = Tool.Run(_scratch, "diff", ".", "--style", "glib").Output;

        Assert.Contains("+    g_autoptr(GMutexLocker) locker G_GNUC_UNUSED = NULL;\n", diff, StringComparison.Ordinal);
        Assert.Contains("+    locker = g_mutex_locker_new(&counter->lock);\n", diff, StringComparison.Ordinal);
    }

    /// <summary>Where they stand among statements, so does the guard.</summary>
    [Fact]
    public void AGuardIsDeclaredWhereItLocksElsewhere()
    {
        _scratch.Write("counter.c", Locking);
        _scratch.Write("others.c", string.Concat(Enumerable.Range(0, 60).Select(i => $"int f{i}(int n)\n{{\n    n += {i};\n    int m = n;\n    return m;\n}}\n\n")));
        _scratch.Committed();

        var diff = Tool.Run(_scratch, "diff", ".", "--style", "glib").Output;

        Assert.Contains("+    g_autoptr(GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new(&counter->lock);\n", diff, StringComparison.Ordinal);
    }
}
