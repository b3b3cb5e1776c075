"""How good predictions are: metrics with intervals, scores of systems on identical rows, grades."""
