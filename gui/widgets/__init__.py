"""gui.widgets"""
