using MigrateCleanup.Engine.Pipeline;
using Spectre.Console;

namespace MigrateCleanup.Cli.Output;

/// <summary>Shows on stderr how far a run has come, when a person watches; gone without a trace at its end.</summary>
public static class ProgressBar
{
    /// <summary>Runs work that reports its progress. Lines said meanwhile appear when the bar has gone.</summary>
    public static T During<T>(Messages messages, bool colour, Func<IProgress<MigrationProgress>?, T> work)
    {
        if (messages.IsQuiet || Console.IsErrorRedirected || Environment.GetEnvironmentVariable("TERM") is "dumb")
            return work(null);

        messages.HoldBack();
        try
        {
            return Shown(colour, work);
        }
        finally
        {
            messages.Release();
        }
    }

    private static T Shown<T>(bool colour, Func<IProgress<MigrationProgress>?, T> work)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(Console.Error),
            ColorSystem = colour ? ColorSystemSupport.Detect : ColorSystemSupport.NoColors,
        });
        return console.Progress()
            .AutoClear(true)
            .HideCompleted(true)
            .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new PercentageColumn())
            .Start(context => work(new Reporter(context)));
    }

    private sealed class Reporter(ProgressContext context) : IProgress<MigrationProgress>
    {
        private readonly Lock _gate = new();
        private ProgressTask? _task;
        private string? _phase;

        public void Report(MigrationProgress value)
        {
            lock (_gate)
            {
                if (_phase != value.Phase || _task is null)
                {
                    _task?.StopTask();
                    _phase = value.Phase;
                    _task = context.AddTask(Markup.Escape(value.Phase));
                }

                _task.IsIndeterminate = value.Total == 0;
                _task.MaxValue = Math.Max(1, value.Total);
                _task.Value = value.Done;
            }
        }
    }
}
