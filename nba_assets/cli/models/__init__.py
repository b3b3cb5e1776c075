"""Commands about models: evaluate, promote, report, results, trace."""
