namespace MigrateCleanup.Engine.Languages;

/// <summary>Code that is nested thousands deep needs a deep stack to be read: it is tried on the caller's first.</summary>
public static class DeepStack
{
    private const int Size = 512 * 1024 * 1024;

    /// <summary>Runs it here, or, where the stack does not suffice, again on a thread with a deep one.</summary>
    public static T Run<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (InsufficientExecutionStackException)
        {
            return OnItsOwn(read);
        }
    }

    /// <summary>Runs it here, and again on a thread with a deep stack when the result says that the stack was too small.</summary>
    public static T Run<T>(Func<T> read, Func<T, bool> needsMore)
    {
        var result = read();
        return needsMore(result) ? OnItsOwn(read) : result;
    }

    private static T OnItsOwn<T>(Func<T> read)
    {
        var result = default(T);
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
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(failure);

        return result!;
    }
}
