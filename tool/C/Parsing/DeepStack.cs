using System.Runtime.ExceptionServices;

namespace MigrateCleanup.C.Parsing;

/// <summary>Text that is nested thousands deep needs a deep stack to be read: it is tried on the caller's first.</summary>
internal static class DeepStack
{
    private const int Size = 256 * 1024 * 1024;

    /// <summary>Reads, and reads again on a large stack when the result says that the stack was too small.</summary>
    public static T Run<T>(Func<T> read, Func<T, bool> needsMore)
    {
        var result = read();
        if (!needsMore(result))
            return result;

        Exception? failure = null;
        var thread = new Thread(
            () =>
            {
                try
                {
                    result = read();
                }
                catch (Exception exception)
                {
                    failure = exception;
                }
            },
            Size);
        thread.Start();
        thread.Join();
        if (failure is not null)
            ExceptionDispatchInfo.Throw(failure);

        return result;
    }
}
